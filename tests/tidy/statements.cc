#include "tests/tidy/statements.h"

#include <algorithm>
#include <array>

namespace shardlab::tidy {
namespace {

using Tokens = std::vector<Token>;

bool is(const Tokens& tokens, int i, std::string_view text) {
  return i >= 0 && i < static_cast<int>(tokens.size()) && tokens[i].text == text &&
         tokens[i].kind != Kind::string && tokens[i].kind != Kind::character;
}

template <std::size_t n>
bool is_one_of(const Tokens& tokens, int i, const std::array<std::string_view, n>& texts) {
  return std::ranges::any_of(texts, [&](std::string_view text) { return is(tokens, i, text); });
}

bool is_condition(const Tokens& tokens, int open) {
  static constexpr std::array<std::string_view, 5> heads{"if", "while", "for", "switch",
                                                         "constexpr"};
  return is_one_of(tokens, open - 1, heads);
}

/// A block holds statements; other braces initialise something.
bool is_block(const Tokens& tokens, int open) {
  static constexpr std::array<std::string_view, 6> heads{"if",     "for", "while",
                                                         "switch", "try", "do"};
  static constexpr std::array<std::string_view, 4> before{")", "else", "try", "do"};
  if (is(tokens, open + 1, "}")) return is_one_of(tokens, open - 1, before);
  if (is_one_of(tokens, open + 1, heads)) return true;
  const int close = tokens[open].match < 0 ? static_cast<int>(tokens.size()) : tokens[open].match;
  for (int i = open + 1; i < close; ++i) {
    if (is(tokens, i, ";")) return true;
    if (tokens[i].match > i) i = tokens[i].match;
  }
  return false;
}

/// `(` of a call or a cast, not of a condition and not only for grouping.
bool is_call(const Tokens& tokens, int open) {
  static constexpr std::array<std::string_view, 3> keywords{"co_return", "return", "co_await"};
  static constexpr std::array<std::string_view, 3> ends{")", "]", ">"};
  if (open == 0 || is_condition(tokens, open) || is_one_of(tokens, open - 1, keywords))
    return false;
  return tokens[open - 1].kind == Kind::word || is_one_of(tokens, open - 1, ends);
}

/// Walks left to where the statement begins; says why the `co_await` cannot stand first.
int find_begin(const Tokens& tokens, int await, std::string& reason) {
  int i = await - 1;
  for (; i >= 0; --i) {
    if (is(tokens, i, ";")) break;
    if (is(tokens, i, "{")) {
      if (!is_block(tokens, i)) reason = "it stands in braces";
      break;
    }
    if (is(tokens, i, "}") && (tokens[i].match < 0 || is_block(tokens, tokens[i].match))) break;
    if (is(tokens, i, "[")) reason = "it stands in brackets";
    if (is(tokens, i, "(")) {
      if (is_condition(tokens, i)) break;
      if (is_call(tokens, i)) reason = "it is an argument";
    }
    if (is(tokens, i, "?")) reason = "it is an arm of ?:";
    if (tokens[i].match >= 0 && tokens[i].match < i) i = tokens[i].match;
  }
  return i + 1;
}

/// Skips `else`, labels, attributes and closed heads: `if (ready) co_await ...`.
int skip_heads(const Tokens& tokens, int begin, int await) {
  for (;;) {
    if (is(tokens, begin, "else") || is(tokens, begin, "do")) {
      ++begin;
    } else if (is(tokens, begin, "[") && is(tokens, begin + 1, "[")) {
      begin = tokens[begin].match + 1;
    } else if (is(tokens, begin, "case") || is(tokens, begin, "default")) {
      while (begin < await && !is(tokens, begin, ":")) ++begin;
      if (is(tokens, begin, ":")) ++begin;
    } else {
      int open = begin + 1;
      if (is(tokens, begin, "if") && is(tokens, open, "constexpr")) ++open;
      if (!is(tokens, open, "(") || !is_condition(tokens, open)) return begin;
      if (tokens[open].match < 0 || tokens[open].match > await) return open + 1;
      begin = tokens[open].match + 1;
    }
  }
}

/// Left of the `co_await` only a declaration or an assignment, then at most `!`, `*` and `(`.
bool is_plain_left_side(const Tokens& tokens, int begin, int await) {
  static constexpr std::array<std::string_view, 3> unary{"!", "*", "("};
  static constexpr std::array<std::string_view, 8> assigns{
      "=", "+=", "-=", "*=", "/=", "|=", "&=", ":"};
  static constexpr std::array<std::string_view, 11> declares{"::", "<", ">",  ",", "*", "&",
                                                             "&&", ".", "->", "[", "]"};
  int end = await;
  while (end > begin && is_one_of(tokens, end - 1, unary)) --end;
  if (end == begin) return true;
  if (end == begin + 1 && is(tokens, begin, "co_return")) return true;
  if (await == begin + 3 && is(tokens, begin, "(") && is(tokens, begin + 1, "void")) return true;
  if (!is_one_of(tokens, end - 1, assigns)) return false;
  for (int i = begin; i < end - 1; ++i) {
    const bool name = tokens[i].kind == Kind::word || tokens[i].kind == Kind::number;
    const bool plain = name && !is(tokens, i, "co_return") && !is(tokens, i, "throw");
    if (!plain && !is_one_of(tokens, i, declares)) return false;
  }
  return true;
}

int find_end(const Tokens& tokens, int begin, int await) {
  int grouping = 0;
  for (int i = begin; i < await; ++i) {
    if (is(tokens, i, "(") && tokens[i].match > await) ++grouping;
  }
  for (int i = await + 1; i < static_cast<int>(tokens.size()); ++i) {
    if (is(tokens, i, ";") || is(tokens, i, "}")) return i;
    if (is(tokens, i, ")") && tokens[i].match < await && grouping-- == 0) return i;
    // A call is looked into; its own `;` can only be that of a lambda body.
    if (is(tokens, i, "[") && is_lambda(tokens, i)) i = std::max(i, end_of_lambda(tokens, i));
    if (is(tokens, i, "{")) i = std::max(i, tokens[i].match);
  }
  return static_cast<int>(tokens.size());
}

}  // namespace

Statement statement_around(const Tokens& tokens, int await) {
  std::string reason;
  int begin = find_begin(tokens, await, reason);
  // A condition was met from inside; a head in front of it belongs to the same statement.
  if (begin > 0 && !is(tokens, begin - 1, "(")) begin = skip_heads(tokens, begin, await);
  if (reason.empty() && !is_plain_left_side(tokens, begin, await)) {
    reason = "only a declaration, an assignment or co_return may stand before it";
  }
  return {begin, await, find_end(tokens, begin, await), reason.empty(), reason};
}

bool is_lambda(const Tokens& tokens, int open) {
  static constexpr std::array<std::string_view, 3> keywords{"return", "co_return", "co_await"};
  static constexpr std::array<std::string_view, 5> subscripted{")", "]", "[", "&", "&&"};
  if (!is(tokens, open, "[") || tokens[open].match < 0 || is(tokens, open + 1, "[")) return false;
  if (open == 0 || is_one_of(tokens, open - 1, keywords)) return true;
  if (is_one_of(tokens, open - 1, subscripted)) return false;
  const Kind before = tokens[open - 1].kind;
  return before == Kind::sign;
}

int end_of_lambda(const Tokens& tokens, int open) {
  for (int i = tokens[open].match + 1; i < static_cast<int>(tokens.size()); ++i) {
    if (is(tokens, i, "{")) return tokens[i].match < 0 ? i : tokens[i].match;
    if (is(tokens, i, ";")) return i;
    if (is(tokens, i, "(")) i = std::max(i, tokens[i].match);
  }
  return static_cast<int>(tokens.size()) - 1;
}

bool captures_by_value(const Tokens& tokens, int open) {
  const int close = tokens[open].match;
  bool item_begins = true;
  for (int i = open + 1; i < close; ++i) {
    if (item_begins && !is(tokens, i, "&") && !is(tokens, i, "this")) return true;
    item_begins = false;
    if (tokens[i].match > i) i = tokens[i].match;
    if (is(tokens, i, ",")) item_begins = true;
  }
  return false;
}

}  // namespace shardlab::tidy
