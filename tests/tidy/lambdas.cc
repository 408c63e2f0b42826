#include "tests/tidy/lambdas.h"

#include <algorithm>

namespace shardlab::tidy {

bool is_lambda(const Tokens& tokens, int open) {
  if (!is(tokens, open, "[") || tokens[open].match < 0 || is(tokens, open + 1, "[")) return false;
  if (open == 0 || is_keyword_before_expression(tokens, open - 1)) return true;
  if (is_one_of(tokens, open - 1, {")", "]", "[", "&", "&&"})) return false;
  return tokens[open - 1].kind == Kind::sign;
}

int end_of_lambda(const Tokens& tokens, int open) {
  for (int i = tokens[open].match + 1; i < count_of(tokens); ++i) {
    if (is(tokens, i, "{")) return tokens[i].match < 0 ? i : tokens[i].match;
    if (is(tokens, i, ";")) return i;
    if (is(tokens, i, "(")) i = std::max(i, tokens[i].match);
  }
  return count_of(tokens) - 1;
}

bool captures_by_value(const Tokens& tokens, int open) {
  const int close = tokens[open].match;
  bool item_begins = true;
  for (int i = open + 1; i < close; ++i) {
    if (item_begins && !is(tokens, i, "&") && !is(tokens, i, "this")) return true;
    item_begins = false;
    if (is(tokens, i, "{")) return true;
    if (tokens[i].match > i) i = tokens[i].match;
    if (is(tokens, i, ",")) item_begins = true;
  }
  return false;
}

bool is_lambda_body(const Tokens& tokens, int open) {
  int i = open - 1;
  while (is_word(tokens, i) || is_one_of(tokens, i, {"::", "->", "*", "&", "&&", "<", ">"})) --i;
  for (; is(tokens, i, ")") && tokens[i].match > 0; i = tokens[i].match - 1) {
    if (is(tokens, tokens[i].match - 1, "noexcept")) i = tokens[i].match;
  }
  if (is(tokens, i, ">")) i = template_begin(tokens, i) - 1;
  return is(tokens, i, "]") && tokens[i].match >= 0 && is_lambda(tokens, tokens[i].match);
}

}  // namespace shardlab::tidy
