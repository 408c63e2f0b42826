#include "tests/tidy/tokens.h"

#include <algorithm>

namespace shardlab::tidy {

int count_of(const Tokens& tokens) { return static_cast<int>(tokens.size()); }

std::string_view text_at(const Tokens& tokens, int i) {
  if (i < 0 || i >= count_of(tokens)) return {};
  const Token& token = tokens[i];
  return token.kind == Kind::string || token.kind == Kind::character ? std::string_view()
                                                                     : token.text;
}

bool is(const Tokens& tokens, int i, std::string_view text) { return text_at(tokens, i) == text; }

bool is_one_of(const Tokens& tokens, int i, std::initializer_list<std::string_view> texts) {
  return std::ranges::find(texts, text_at(tokens, i)) != texts.end();
}

bool is_word(const Tokens& tokens, int i) {
  return i >= 0 && i < count_of(tokens) && tokens[i].kind == Kind::word;
}

bool is_keyword_before_expression(const Tokens& tokens, int i) {
  return is_one_of(tokens, i,
                   {"return", "co_return", "co_await", "co_yield", "throw", "else", "do", "case",
                    "and", "or", "not", "xor", "delete", "new", "sizeof", "in"});
}

int after_template(const Tokens& tokens, int open) {
  if (!is(tokens, open, "<")) return open;
  int depth = 0;
  for (int i = open; i < count_of(tokens); ++i) {
    if (is(tokens, i, "<")) ++depth;
    if (is(tokens, i, ">") && --depth == 0) return i + 1;
    if (is_one_of(tokens, i, {";", ")", "}", "{", "||", "<=", ">="})) break;
    if (tokens[i].match > i) i = tokens[i].match;
  }
  return open;
}

int template_begin(const Tokens& tokens, int close) {
  int depth = 0;
  for (int i = close; i >= 0; --i) {
    if (is(tokens, i, ">")) ++depth;
    if (is(tokens, i, "<") && --depth == 0) return i;
    if (is_one_of(tokens, i, {";", "(", "}", "{", "||"})) break;
    if (tokens[i].match >= 0 && tokens[i].match < i) i = tokens[i].match;
  }
  return -1;
}

int head_of_type(const Tokens& tokens, int begin) {
  int i = begin;
  while (is_one_of(tokens, i,
                   {"const", "volatile", "typename", "struct", "class", "::", "static", "inline",
                    "constexpr", "mutable", "virtual", "extern"})) {
    ++i;
  }
  if (!is_word(tokens, i)) return -1;
  for (;;) {
    const int after = after_template(tokens, i + 1);
    if (!is(tokens, after, "::") || !is_word(tokens, after + 1)) return i;
    i = after + 1;
  }
}

bool is_in_std(const Tokens& tokens, int i) {
  while (is(tokens, i - 1, "::") && is_word(tokens, i - 2)) i -= 2;
  return is(tokens, i, "std");
}

}  // namespace shardlab::tidy
