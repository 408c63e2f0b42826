#include "tests/tidy/statements.h"

#include <algorithm>

#include "tests/tidy/lambdas.h"

namespace shardlab::tidy {
namespace {

bool is_condition(const Tokens& tokens, int open) {
  return is_one_of(tokens, open - 1, {"if", "while", "for", "switch", "constexpr"});
}

/// A block holds statements; other braces initialise something.
bool is_block(const Tokens& tokens, int open) {
  if (is(tokens, open + 1, "}")) return is_one_of(tokens, open - 1, {")", "else", "try", "do"});
  if (is_one_of(tokens, open + 1, {"if", "for", "while", "switch", "try", "do"})) return true;
  const int close = tokens[open].match < 0 ? count_of(tokens) : tokens[open].match;
  for (int i = open + 1; i < close; ++i) {
    if (is(tokens, i, ";")) return true;
    if (tokens[i].match > i) i = tokens[i].match;
  }
  return false;
}

/// Whether a statement ends with the `}`; one whose lambda ends there goes on.
bool ends_statement(const Tokens& tokens, int close) {
  const int open = tokens[close].match;
  if (open < 0) return true;
  return is_block(tokens, open) && !is_lambda_body(tokens, open);
}

/// `(` of a call or a cast, not of a condition and not only for grouping.
bool is_call(const Tokens& tokens, int open) {
  if (open == 0 || is_condition(tokens, open)) return false;
  if (is_keyword_before_expression(tokens, open - 1)) return false;
  return is_word(tokens, open - 1) || is_one_of(tokens, open - 1, {")", "]", ">"});
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
    if (is(tokens, i, "}") && ends_statement(tokens, i)) break;
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
  int end = await;
  while (end > begin && is_one_of(tokens, end - 1, {"!", "not", "*", "("})) --end;
  if (end == begin) return true;
  if (end == begin + 1 && is(tokens, begin, "co_return")) return true;
  if (await == begin + 3 && is(tokens, begin, "(") && is(tokens, begin + 1, "void")) return true;
  if (!is_one_of(tokens, end - 1, {"=", "+=", "-=", "*=", "/=", "|=", "&=", ":"})) return false;
  for (int i = begin; i < end - 1; ++i) {
    const bool name = is_word(tokens, i) || tokens[i].kind == Kind::number;
    const bool plain = name && !is_keyword_before_expression(tokens, i);
    const bool declares =
        is_one_of(tokens, i, {"::", "<", ">", ",", "*", "&", "&&", ".", "->", "[", "]"});
    if (!plain && !declares) return false;
  }
  return true;
}

/// Index of the `(` of the `if`, `while`, `switch` or `for` whose head the `co_await` stands in.
int head_around(const Tokens& tokens, int await) {
  for (int i = await - 1; i >= 0 && !is_one_of(tokens, i, {"{", "}"}); --i) {
    if (is(tokens, i, "(") && is_condition(tokens, i)) return i;
    if (tokens[i].match >= 0 && tokens[i].match < i) i = tokens[i].match;
  }
  return -1;
}

/// What a head awaits must be declared by it: GCC 12 with AddressSanitizer makes of
/// `if (co_await f())` a trap, and a range that is part of a temporary dies before the loop.
std::string fault_in_head(const Tokens& tokens, int begin, int await) {
  const int open = head_around(tokens, await);
  if (open < 0 || (tokens[open].match >= 0 && tokens[open].match < await)) return "";
  int semicolons = 0;
  bool declares = false;
  for (int i = open + 1; i < await; ++i) semicolons += is(tokens, i, ";");
  for (int i = begin; i < await; ++i) {
    const bool typed = is_word(tokens, i - 2) || is_one_of(tokens, i - 2, {"&", "&&", "*", ">"});
    declares = declares || (is(tokens, i, "=") && (typed || is(tokens, i - 1, "]")));
  }
  if (is(tokens, open - 1, "for")) {
    const bool ranged = !is(tokens, await - 1, ":") && is(tokens, await - 2, ":");
    if (ranged) return "the range is part of a temporary, which dies before the loop";
    return semicolons == 1 && !declares && !is(tokens, await - 1, ":")
               ? "a condition that awaits declares a variable"
               : "";
  }
  return declares ? "" : "a condition that awaits declares a variable";
}

/// `auto& x = *co_await f();` refers into a value that is gone with the statement.
bool refers_into_temporary(const Tokens& tokens, int begin, int await) {
  if (!is_one_of(tokens, await - 1, {"*", "("})) return false;
  for (int i = begin; i < await; ++i) {
    if (is(tokens, i, "=")) return is_one_of(tokens, i - 2, {"&", "&&"}) && is_word(tokens, i - 1);
  }
  return false;
}

int find_end(const Tokens& tokens, int begin, int await) {
  int grouping = 0;
  for (int i = begin; i < await; ++i) {
    if (is(tokens, i, "(") && tokens[i].match > await) ++grouping;
  }
  for (int i = await + 1; i < count_of(tokens); ++i) {
    if (is(tokens, i, ";") || is(tokens, i, "}")) return i;
    if (is(tokens, i, ")") && tokens[i].match < await && grouping-- == 0) return i;
    // A call is looked into; its own `;` can only be that of a lambda body.
    if (is(tokens, i, "[") && is_lambda(tokens, i)) i = std::max(i, end_of_lambda(tokens, i));
    if (is(tokens, i, "{")) i = std::max(i, tokens[i].match);
  }
  return count_of(tokens);
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
  if (reason.empty()) reason = fault_in_head(tokens, begin, await);
  if (reason.empty() && refers_into_temporary(tokens, begin, await)) {
    reason = "the reference outlives the temporary it refers into";
  }
  if (tokens[await].in_macro) reason = "a macro that awaits hides where";
  return {begin, await, find_end(tokens, begin, await), reason.empty(), reason};
}

}  // namespace shardlab::tidy
