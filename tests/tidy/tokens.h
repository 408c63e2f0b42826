#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace shardlab::tidy {

enum class Kind { word, number, string, character, sign };

/// One token of a C++ source. Comments and directives give none; the body of a `#define` stands
/// behind the file's own tokens, as a statement, so that a macro can hide nothing.
struct Token {
  Kind kind;
  std::string_view text;  ///< of a string literal: what stands between the quotes
  int line;
  int match = -1;  ///< of a bracket: the index of its partner, -1 where the source is broken
  bool in_macro = false;
};

using Tokens = std::vector<Token>;

int count_of(const Tokens& tokens);
/// What the word, number or sign at `i` says; empty outside the file and for quoted text.
std::string_view text_at(const Tokens& tokens, int i);
bool is(const Tokens& tokens, int i, std::string_view text);
bool is_one_of(const Tokens& tokens, int i, std::initializer_list<std::string_view> texts);
bool is_word(const Tokens& tokens, int i);
/// `return`, `co_return`, `throw` and the like: a word that cannot be a type in a declaration.
bool is_keyword_before_expression(const Tokens& tokens, int i);
/// Index behind the template list that opens at `open`, or `open` itself if none does.
int after_template(const Tokens& tokens, int open);
/// Index of the `<` whose list the `>` at `close` ends, -1 if there is none.
int template_begin(const Tokens& tokens, int close);
/// Index of the last word of `std::map<int, int>::iterator` and its like; -1 if no name begins.
int head_of_type(const Tokens& tokens, int begin);
/// The name at `i` is looked up in `std` or one of its inner namespaces: `std::ranges::shuffle`.
bool is_in_std(const Tokens& tokens, int i);
/// Calls `visit(begin, end)` for each piece between the commas of the brackets at `open`.
template <class Visit>
void for_each_argument(const Tokens& tokens, int open, Visit visit) {
  const int close = tokens[open].match;
  int begin = open + 1;
  for (int i = begin; i <= close; ++i) {
    if (i == close || is(tokens, i, ",")) {
      if (i > begin) visit(begin, i);
      begin = i + 1;
    } else if (tokens[i].match > i) {
      i = tokens[i].match;
    } else if (const int after = after_template(tokens, i); after > i) {
      i = after - 1;
    }
  }
}

}  // namespace shardlab::tidy
