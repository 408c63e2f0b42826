#include <algorithm>
#include <cctype>

#include "tests/tidy/lambdas.h"
#include "tests/tidy/rules.h"
#include "tests/tidy/statements.h"

namespace shardlab::tidy {
namespace {

void report(const Source& source, int token, std::string text, Findings& findings) {
  findings.push_back({source.path, source.tokens[token].line, std::move(text)});
}

bool suspends(const Tokens& tokens, int i) {
  return is_one_of(tokens, i, {"co_await", "co_yield"}) && !is(tokens, i - 1, "operator");
}

/// `Options(a, b)`: to GCC 12 an aggregate made with parentheses is as bad as one with braces.
/// Durations and points in time are numbers.
bool makes_aggregate(const Tokens& tokens, int i) {
  if (!is_word(tokens, i) || is_one_of(tokens, i - 1, {".", "->"})) return false;
  const std::string_view name = tokens[i].text;
  if (name == "Duration" || name == "TimePoint") return false;
  const bool type = std::isupper(static_cast<unsigned char>(name.front())) &&
                    std::ranges::any_of(name, [](unsigned char c) { return std::islower(c); });
  const int open = after_template(tokens, i + 1);
  return type && is(tokens, open, "(") && !is(tokens, open + 1, ")");
}

/// What stands right of a `co_await` may be names, calls and lambdas that capture by reference.
void check_right_side(const Source& source, const Statement& statement, Findings& findings) {
  const Tokens& tokens = source.tokens;
  for (int i = statement.await + 1; i < statement.end; ++i) {
    if (suspends(tokens, i)) {
      report(source, i, "a second co_await in one statement", findings);
    } else if (makes_aggregate(tokens, i)) {
      report(source, i, "a value made in a statement with co_await; name it first", findings);
    } else if (is(tokens, i, "?")) {
      report(source, i, "?: in a statement with co_await; write if and else", findings);
    } else if (is(tokens, i, "[") && is_lambda(tokens, i)) {
      if (captures_by_value(tokens, i)) {
        report(source, i, "a lambda that captures by value in a statement with co_await", findings);
      }
      i = end_of_lambda(tokens, i);
    } else if (is(tokens, i, "{")) {
      report(source, i, "braces in a statement with co_await; name the value first", findings);
      i = std::max(i, tokens[i].match);
    }
  }
}

/// Behind `catch (...)` the index of its `{`, -1 for anything else.
int handler_at(const Tokens& tokens, int i) {
  if (!is(tokens, i, "catch") || !is(tokens, i + 1, "(") || tokens[i + 1].match < 0) return -1;
  const int open = tokens[i + 1].match + 1;
  return is(tokens, open, "{") ? open : -1;
}

}  // namespace

void await_stands_first(const Source& source, const Tree&, Findings& findings) {
  if (!source.is_cpp()) return;
  for (int i = 0; i < count_of(source.tokens); ++i) {
    if (!suspends(source.tokens, i)) continue;
    const Statement statement = statement_around(source.tokens, i);
    if (!statement.stands_first) {
      report(source, i, "co_await must stand first: " + statement.reason, findings);
    } else {
      check_right_side(source, statement, findings);
    }
  }
}

void no_await_in_catch(const Source& source, const Tree&, Findings& findings) {
  const Tokens& tokens = source.tokens;
  for (int i = 0; i < count_of(tokens); ++i) {
    const int open = handler_at(tokens, i);
    if (open < 0) continue;
    for (int k = open; k < tokens[open].match; ++k) {
      // What a lambda awaits, it awaits when it is called.
      if (is(tokens, k, "[") && is_lambda(tokens, k)) k = end_of_lambda(tokens, k);
      if (suspends(tokens, k)) report(source, k, "co_await inside catch; use capture()", findings);
    }
  }
}

}  // namespace shardlab::tidy
