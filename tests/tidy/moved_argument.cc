#include <algorithm>
#include <set>

#include "tests/tidy/lambdas.h"
#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

/// `x.rows[i]` is {x, rows, [i]}.
using Path = std::vector<std::string>;

bool begins_with(const Path& path, const Path& prefix) {
  return prefix.size() <= path.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

struct Use {
  Path path;
  int argument;
  bool moves;
};

class Arguments {
 public:
  Arguments(const Source& source, int open) : tokens_(source.tokens) {
    int argument = 0;
    for_each_argument(tokens_, open, [&](int begin, int end) { read(begin, end, argument++); });
  }

  /// The name of something that one argument moves and another one uses.
  std::string conflict() const {
    for (const Use& moved : uses_) {
      for (const Use& other : uses_) {
        if (!moved.moves || moved.argument == other.argument) continue;
        if (begins_with(other.path, moved.path) || begins_with(moved.path, other.path)) {
          return moved.path.front();
        }
      }
    }
    return "";
  }

 private:
  void read(int begin, int end, int argument) {
    for (int i = begin; i < end; ++i) {
      if (is_one_of(tokens_, i, {"sizeof", "decltype", "noexcept", "alignof"})) {
        i = std::max(i + 1, is(tokens_, i + 1, "(") ? tokens_[i + 1].match : i);
      } else if (is_lambda(tokens_, i)) {
        read_captures(i, argument);
        i = end_of_lambda(tokens_, i);
      } else if (const int moved = moved_operand(i); moved > 0) {
        i = read_moved(i, moved, argument);
      } else if (begins_name(i)) {
        const int stop = end_of_path(i);
        Path path = path_of(i, stop);
        const bool released = path.size() > 1 && path.back() == "release" && is(tokens_, stop, "(");
        if (released) path.pop_back();
        uses_.push_back({std::move(path), argument, released});
      }
    }
  }

  /// What a lambda captures it uses, be it by reference; with `[&]`, all that its body names.
  void read_captures(int open, int argument) {
    bool all = false;
    for_each_argument(tokens_, open, [&](int begin, int end) {
      all = all || (end == begin + 1 && is_one_of(tokens_, begin, {"&", "="}));
      const bool made = is(tokens_, begin + 1, "=") || is(tokens_, begin + 2, "=");
      while (made && !is(tokens_, begin - 1, "=")) ++begin;
      read(begin, end, argument);
    });
    const std::size_t before = uses_.size();
    const int close = end_of_lambda(tokens_, open);
    if (all && tokens_[close].match >= 0) read(tokens_[close].match, close, argument);
    for (std::size_t i = before; i < uses_.size(); ++i) uses_[i].moves = false;
  }

  /// Index of what `std::move(`, `std::exchange(` or `std::forward<T>(` at `i` takes, or -1.
  int moved_operand(int i) const {
    const bool cast =
        is(tokens_, i, "static_cast") && is(tokens_, after_template(tokens_, i + 1) - 2, "&&");
    if (!cast && !is_one_of(tokens_, i, {"move", "forward", "exchange"})) return -1;
    if (is_one_of(tokens_, i - 1, {".", "->"})) return -1;
    if (is(tokens_, i - 1, "::") && !is(tokens_, i - 2, "std")) return -1;
    const int open = after_template(tokens_, i + 1);
    if (!is(tokens_, open, "(") || tokens_[open].match < 0) return -1;
    int operand = open + 1;
    while (is_one_of(tokens_, operand, {"*", "("})) ++operand;
    return is_word(tokens_, operand) ? operand : -1;
  }

  int read_moved(int move, int operand, int argument) {
    const int stop = end_of_path(operand);
    Path path = path_of(operand, stop);
    int last = tokens_[after_template(tokens_, move + 1)].match;
    // `std::move(x).rows` takes only the rows; `std::move(x).take()` may take all.
    if (is(tokens_, stop, ")") && is(tokens_, last + 1, ".") && !is(tokens_, last + 3, "(")) {
      path.emplace_back(tokens_[last + 2].text);
      last += 2;
    }
    uses_.push_back({path, argument, true});
    if (!is(tokens_, stop, ")")) read(stop, last, argument);
    return last;
  }

  bool begins_name(int i) const {
    const bool keyword = is_one_of(
        tokens_, i,
        {"std", "true", "false", "nullptr", "const", "auto", "int", "bool", "static_cast", "new"});
    if (keyword || !is_word(tokens_, i)) return false;
    if (is_one_of(tokens_, i - 1, {".", "::"})) return false;
    if (is(tokens_, i - 1, "->") && !is(tokens_, i - 2, "this")) return false;
    if (is(tokens_, i, "this") && is(tokens_, i + 1, "->")) return false;
    return !is_one_of(tokens_, i + 1, {"::", "("});
  }

  int end_of_path(int i) const {
    if (is(tokens_, i, "this") && is(tokens_, i + 1, "->")) i += 2;
    for (++i;;) {
      if (is_one_of(tokens_, i, {".", "->"}) && is_word(tokens_, i + 1)) {
        i += 2;
      } else if (is(tokens_, i, "[") && tokens_[i].match > i) {
        i = tokens_[i].match + 1;
      } else {
        return i;
      }
    }
  }

  Path path_of(int begin, int end) const {
    Path path;
    for (int i = begin; i < end; ++i) {
      if (is(tokens_, i, "[")) {
        std::string subscript;
        for (; i < end && !is(tokens_, i, "]"); ++i) subscript += tokens_[i].text;
        path.push_back(subscript);
      } else if (is_word(tokens_, i) && !is(tokens_, i, "this")) {
        path.emplace_back(tokens_[i].text);
      }
    }
    if (path.empty()) path.emplace_back("this");
    return path;
  }

  const Tokens& tokens_;
  std::vector<Use> uses_;
};

/// `(` of a call or of a constructor; the comma of a head or of a group is an operator.
bool opens_arguments(const Tokens& tokens, int i) {
  if (!is(tokens, i, "(") || tokens[i].match < 0) return false;
  if (is_keyword_before_expression(tokens, i - 1)) return false;
  if (is_one_of(tokens, i - 1, {"if", "while", "for", "switch", "catch", "constexpr", "decltype"}))
    return false;
  return is_word(tokens, i - 1) || is_one_of(tokens, i - 1, {")", "]", ">", "}"});
}

}  // namespace

void moved_arguments_stand_alone(const Source& source, const Tree&, Findings& findings) {
  if (!source.is_cpp()) return;
  for (int i = 0; i < count_of(source.tokens); ++i) {
    if (!opens_arguments(source.tokens, i)) continue;
    const std::string name = Arguments(source, i).conflict();
    if (name.empty()) continue;
    findings.push_back({source.path, source.tokens[i].line,
                        name + " is moved and used by one call's arguments, whose order differs "
                               "between compilers"});
  }
}

}  // namespace shardlab::tidy
