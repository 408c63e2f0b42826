#include "tests/tidy/declarations.h"

namespace shardlab::tidy {

int end_of_declaration(const Tokens& tokens, int i) {
  for (; i < count_of(tokens) && !is(tokens, i, ";"); ++i) {
    if (tokens[i].match > i) i = tokens[i].match;
  }
  return i;
}

bool is_inside_function(const Tokens& tokens, int i) {
  const auto opens_scope = [&](int head) {
    return is_one_of(tokens, head, {"struct", "class", "namespace", "union"});
  };
  for (--i; i >= 0; --i) {
    if (is(tokens, i, "(")) return true;
    if (is(tokens, i, "{")) {
      int head = i - 1;
      while (head >= 0 && !opens_scope(head) && !is_one_of(tokens, head, {";", "{", "}", ")"})) {
        --head;
      }
      return !opens_scope(head);
    }
    if (tokens[i].match >= 0 && tokens[i].match < i) i = tokens[i].match;
  }
  return false;
}

int declared_name(const Tokens& tokens, int after_type) {
  int i = after_type;
  while (is_one_of(tokens, i, {"&", "&&", "*", "const"})) ++i;
  if (!is_word(tokens, i)) return -1;
  while (is(tokens, after_template(tokens, i + 1), "::")) i = after_template(tokens, i + 1) + 1;
  return is_word(tokens, i) ? i : -1;
}

int function_returning(const Tokens& tokens, int i) {
  while (is(tokens, i - 1, "::")) i -= is_word(tokens, i - 2) ? 2 : 1;
  while (is(tokens, i - 1, "const")) --i;
  const int close = i - 2 - (is(tokens, i - 2, "const") ? 1 : 0);
  const bool trailing = is(tokens, i - 1, "->") && is(tokens, close, ")");
  const int name = trailing ? tokens[close].match - 1 : -1;
  return is_word(tokens, name) ? name : -1;
}

}  // namespace shardlab::tidy
