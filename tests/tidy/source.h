#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shardlab::tidy {

enum class Kind { word, number, string, character, sign };

/// One token of a C++ source; comments and preprocessor lines give none.
struct Token {
  Kind kind;
  std::string_view text;  ///< of a string literal: what stands between the quotes
  int line;
  int match = -1;  ///< of a bracket: the index of its partner, -1 where the source is broken
};

struct Include {
  std::string path;  ///< `core/base/error.h`, `random`; empty when a macro stands for it
  bool angled;       ///< `<random>`
  int line;
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

/// The sources under the given folders of the project, by path, and each folder's CMakeLists.txt.
struct Tree {
  std::map<std::string, Source> sources;
  std::map<std::string, std::string> lists;
};

Tree load_tree(const std::string& root, const std::vector<std::string>& folders);

}  // namespace shardlab::tidy
