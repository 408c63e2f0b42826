#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shardlab::contracts {

/// One line of a case and what a real MariaDB answers. Written in a file as
///
///     b: SELECT n FROM t
///       n INT32
///       5
///       stand-in: error 1235
///       because: why the stand-in may differ
///
/// Without a name in front it is session `a`. `@timeout b` and `@kill b` are no statements, see
/// `Server`. `@end` stands last: the tables' rows and the binary log's row changes.
struct Step {
  std::string session = "a";
  std::string text;
  std::vector<std::string> expected;  ///< of a real server
  std::vector<std::string> stand_in;  ///< where the stand-in differs, else empty
  std::string because;

  const std::vector<std::string>& of_stand_in() const {
    return stand_in.empty() ? expected : stand_in;
  }
  friend bool operator==(const Step&, const Step&) = default;
};

struct Script {
  std::string title;
  std::vector<Step> steps;
  friend bool operator==(const Script&, const Script&) = default;
};

/// Reads the cases of a file; each begins with `## title`. Throws std::runtime_error.
std::vector<Script> parse_scripts(std::string_view text);
std::string print_scripts(const std::vector<Script>& scripts);

}  // namespace shardlab::contracts
