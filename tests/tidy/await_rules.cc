#include <algorithm>

#include "tests/tidy/rules.h"
#include "tests/tidy/statements.h"

namespace shardlab::tidy {
namespace {

using Tokens = std::vector<Token>;

void report(const Source& source, int token, std::string text, Findings& findings) {
  findings.push_back({source.path, source.tokens[token].line, std::move(text)});
}

/// What stands right of a `co_await` may be names, calls and lambdas that capture by reference.
void check_right_side(const Source& source, const Statement& statement, Findings& findings) {
  const Tokens& tokens = source.tokens;
  for (int i = statement.await + 1; i < statement.end; ++i) {
    const std::string_view text = tokens[i].text;
    if (tokens[i].kind == Kind::word && text == "co_await") {
      report(source, i, "a second co_await in one statement", findings);
    } else if (tokens[i].kind != Kind::sign) {
      continue;
    } else if (text == "?") {
      report(source, i, "?: in a statement with co_await; write if and else", findings);
    } else if (is_lambda(tokens, i)) {
      if (captures_by_value(tokens, i)) {
        report(source, i, "a lambda that captures by value in a statement with co_await", findings);
      }
      i = end_of_lambda(tokens, i);
    } else if (text == "{") {
      report(source, i, "braces in a statement with co_await; name the value first", findings);
      i = std::max(i, tokens[i].match);
    }
  }
}

/// Types that only point to what they give.
constexpr std::string_view views[] = {
    "string_view",      "basic_string_view", "u8string_view",    "span",
    "initializer_list", "format_string",     "reference_wrapper"};

bool is_parameter_dangling(const Tokens& tokens, int begin, int end) {
  int depth = 0;
  bool is_const = false;
  for (int i = begin; i < end; ++i) {
    const std::string_view text = tokens[i].text;
    if (text == "<" || text == "(") ++depth;
    if (text == ">" || text == ")") --depth;
    if (std::ranges::find(views, text) != std::end(views)) return true;
    if (text == "char" && i + 1 < end && tokens[i + 1].text == "*") return true;
    if (depth > 0) continue;
    if (text == "=") return false;  // what follows is a default argument
    if (text == "const") is_const = true;
    if (text == "&&" || (text == "&" && is_const)) return true;
  }
  return false;
}

void check_parameters(const Source& source, int open, Findings& findings) {
  const Tokens& tokens = source.tokens;
  const int close = tokens[open].match;
  int begin = open + 1;
  int angles = 0;
  for (int i = begin; i <= close; ++i) {
    if (tokens[i].text == "<") ++angles;
    if (tokens[i].text == ">") --angles;
    const bool ends = i == close || (tokens[i].text == "," && angles == 0);
    if (ends) {
      if (is_parameter_dangling(tokens, begin, i)) {
        report(source, begin, "an awaited function takes its data by value", findings);
      }
      begin = i + 1;
    } else if (tokens[i].match > i) {
      i = tokens[i].match;
    }
  }
}

/// Index of the `(` of `Task<T> Class::name(`, `Task<T>(` or `Task<T> operator()(`; -1 for a
/// variable.
int parameters_after_task(const Tokens& tokens, int task) {
  const int count = static_cast<int>(tokens.size());
  int i = task + 1;
  if (i >= count || tokens[i].text != "<") return -1;
  int depth = 0;
  for (; i < count; ++i) {
    if (tokens[i].text == "<") ++depth;
    if (tokens[i].text == ">" && --depth == 0) break;
  }
  ++i;
  while (i < count && (tokens[i].kind == Kind::word || tokens[i].text == "::")) {
    if (tokens[i].text == "operator") i += 2;
    ++i;
  }
  return i < count && tokens[i].text == "(" && tokens[i].match > 0 ? i : -1;
}

/// Index of the `(` of `(...) mutable -> Task`; -1 when `task` is no trailing return type.
int parameters_before_task(const Tokens& tokens, int task) {
  int i = task - 1;
  if (i < 0 || tokens[i].text != "->") return -1;
  --i;
  while (i >= 0 && tokens[i].kind == Kind::word) --i;
  return i >= 0 && tokens[i].text == ")" ? tokens[i].match : -1;
}

bool is_catch(const Tokens& tokens, int i) {
  const int count = static_cast<int>(tokens.size());
  return tokens[i].kind == Kind::word && tokens[i].text == "catch" && i + 1 < count &&
         tokens[i + 1].text == "(" && tokens[i + 1].match > 0;
}

}  // namespace

void await_stands_first(const Source& source, const Tree&, Findings& findings) {
  if (!source.is_cpp()) return;
  for (int i = 0; i < static_cast<int>(source.tokens.size()); ++i) {
    if (source.tokens[i].kind != Kind::word || source.tokens[i].text != "co_await") continue;
    const Statement statement = statement_around(source.tokens, i);
    if (!statement.stands_first) {
      report(source, i, "co_await must stand first: " + statement.reason, findings);
    } else {
      check_right_side(source, statement, findings);
    }
  }
}

void awaited_functions_take_values(const Source& source, const Tree&, Findings& findings) {
  if (!source.is_cpp()) return;
  for (int i = 0; i < static_cast<int>(source.tokens.size()); ++i) {
    if (source.tokens[i].kind != Kind::word) continue;
    if (source.tokens[i].text == "awaitable" && source.folder() != "tools" &&
        source.module() != "base") {
      report(source, i, "say Task, which this rule knows", findings);
    }
    if (source.tokens[i].text != "Task") continue;
    if (i >= 3 && source.tokens[i - 1].text == "=" && source.tokens[i - 3].text == "using" &&
        parameters_after_task(source.tokens, i) < 0) {
      report(source, i, "another name for a Task hides it from this rule", findings);
    }
    const int after = parameters_after_task(source.tokens, i);
    const int before = parameters_before_task(source.tokens, i);
    if (before >= 0) {
      check_parameters(source, before, findings);
    } else if (after >= 0) {
      check_parameters(source, after, findings);
    }
  }
}

void lambda_coroutines_capture_nothing(const Source& source, const Tree&, Findings& findings) {
  const Tokens& tokens = source.tokens;
  if (!source.is_cpp()) return;
  for (int i = 0; i < static_cast<int>(tokens.size()); ++i) {
    if (tokens[i].text != "[" || !is_lambda(tokens, i) || tokens[i].match == i + 1) continue;
    const int end = end_of_lambda(tokens, i);
    const int body = tokens[end].match;
    const bool coroutine = std::any_of(tokens.begin() + tokens[i].match,
                                       tokens.begin() + std::max(body, tokens[i].match),
                                       [](const Token& token) { return token.text == "Task"; });
    if (!coroutine) continue;
    const bool spawned = i >= 2 && tokens[i - 1].text == "(" && tokens[i - 2].text == "spawn";
    const bool called = end + 1 < static_cast<int>(tokens.size()) && tokens[end + 1].text == "(";
    if (spawned && !called) continue;
    report(source, i,
           called ? "the captures of a lambda coroutine called in place die at the first suspension"
                  : "a capturing lambda coroutine may only be handed straight to spawn",
           findings);
  }
}

void nothing_is_detached(const Source& source, const Tree&, Findings& findings) {
  for (int i = 0; i < static_cast<int>(source.tokens.size()); ++i) {
    const Token& token = source.tokens[i];
    if (token.kind == Kind::word && (token.text == "detached" || token.text == "detached_t")) {
      report(source, i, "detached swallows errors; use structured children", findings);
    }
  }
}

void cancellation_passes(const Source& source, const Tree&, Findings& findings) {
  for (int i = 0; i < static_cast<int>(source.tokens.size()); ++i) {
    if (is_catch(source.tokens, i) && source.tokens[i + 2].text == "...") {
      report(source, i, "catch (...) swallows cancellations and bugs", findings);
    }
  }
}

void no_await_in_catch(const Source& source, const Tree&, Findings& findings) {
  const Tokens& tokens = source.tokens;
  for (int i = 0; i < static_cast<int>(tokens.size()); ++i) {
    if (!is_catch(tokens, i)) continue;
    const int open = tokens[i + 1].match + 1;
    if (open >= static_cast<int>(tokens.size()) || tokens[open].text != "{") continue;
    for (int k = open; k < tokens[open].match; ++k) {
      if (tokens[k].text == "co_await" && tokens[k].kind == Kind::word) {
        report(source, k, "co_await inside catch; use capture()", findings);
      }
    }
  }
}

}  // namespace shardlab::tidy
