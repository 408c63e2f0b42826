#include <algorithm>
#include <string>
#include <vector>

#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

using Tokens = std::vector<Token>;

bool is(const Tokens& tokens, int i, std::string_view text) {
  return i >= 0 && i < static_cast<int>(tokens.size()) && tokens[i].text == text;
}

/// `x` of `std::move(x)` when the `move` is at `i`; empty otherwise.
std::string_view moved_at(const Tokens& tokens, int i) {
  const bool moves = is(tokens, i, "move") && is(tokens, i - 1, "::") && is(tokens, i - 2, "std") &&
                     is(tokens, i + 1, "(") && is(tokens, i + 3, ")");
  return moves && tokens[i + 2].kind == Kind::word ? tokens[i + 2].text : "";
}

/// Whether `name` is used between the tokens, as a variable of its own.
bool uses(const Tokens& tokens, int begin, int end, std::string_view name) {
  for (int i = begin; i < end; ++i) {
    const bool member =
        is(tokens, i - 1, ".") || is(tokens, i - 1, "->") || is(tokens, i - 1, "::");
    if (tokens[i].kind == Kind::word && tokens[i].text == name && !member) return true;
  }
  return false;
}

/// Where each argument of the call whose `(` is at `open` begins, and behind the last one.
std::vector<int> arguments(const Tokens& tokens, int open) {
  std::vector<int> begins{open + 1};
  for (int i = open + 1; i < tokens[open].match; ++i) {
    if (tokens[i].match > i) {
      i = tokens[i].match;
    } else if (is(tokens, i, ",")) {
      begins.push_back(i + 1);
    }
  }
  begins.push_back(tokens[open].match + 1);
  return begins;
}

}  // namespace

void no_argument_is_moved_and_used(const Source& source, const Tree&, Findings& findings) {
  const Tokens& tokens = source.tokens;
  if (!source.is_cpp()) return;
  for (int open = 0; open < static_cast<int>(tokens.size()); ++open) {
    if (!is(tokens, open, "(") || tokens[open].kind != Kind::sign || tokens[open].match < 0) {
      continue;
    }
    const std::vector<int> begins = arguments(tokens, open);
    for (std::size_t moving = 0; moving + 1 < begins.size() && begins.size() > 2; ++moving) {
      for (int i = begins[moving]; i < begins[moving + 1]; ++i) {
        const std::string_view name = moved_at(tokens, i);
        if (name.empty()) continue;
        for (std::size_t other = 0; other + 1 < begins.size(); ++other) {
          if (other == moving || !uses(tokens, begins[other], begins[other + 1], name)) continue;
          findings.push_back({source.path, tokens[i].line,
                              std::string(name) + " is moved in one argument and used in another; "
                                                  "compilers evaluate them in different orders"});
        }
      }
    }
  }
}

}  // namespace shardlab::tidy
