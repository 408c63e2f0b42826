#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/tokens.h"

namespace shardlab::tidy {

struct Include {
  std::string path;  ///< `core/base/error.h`, `random`; empty when a macro stands for it
  bool angled;       ///< `<random>`
  int line;
  bool computed = false;  ///< the path is whatever a macro says
};

/// A `#define`.
struct Macro {
  bool is_empty;  ///< it stands for nothing, or for one number
  int line;
};

/// `// tidy: allow(RULE) reason` excuses findings of RULE on its own line and on the next one.
struct Allowance {
  std::string rule;
  std::string reason;
  int line;
  mutable bool used = false;
};

/// A file of the project, cut into lines and tokens.
struct Source {
  Source(std::string path, std::string content);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  bool is_cpp() const;
  std::string folder() const;  ///< `core` of `core/key/key_range.cc`
  std::string module() const;  ///< `key` of `core/key/key_range.cc`
  std::string stem() const;    ///< `core/key/key_range`

  const std::string path;  ///< from the project root
  const std::string content;
  std::vector<std::string_view> lines;
  std::vector<Token> tokens;
  std::vector<Include> includes;
  std::vector<Macro> macros;
  std::vector<Allowance> allowances;
};

struct Names;

/// The sources under the given folders of the project, by path, and each folder's CMakeLists.txt.
struct Tree {
  std::map<std::string, Source> sources;
  std::map<std::string, std::string> lists;

  /// Read once, when a rule first asks.
  const Names& names() const;

 private:
  mutable std::shared_ptr<const Names> names_;
};

Tree load_tree(const std::string& root, const std::vector<std::string>& folders);

}  // namespace shardlab::tidy
