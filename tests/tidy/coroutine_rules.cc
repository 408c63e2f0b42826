#include <algorithm>

#include "tests/tidy/lambdas.h"
#include "tests/tidy/names.h"
#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

void report(const Source& source, int token, std::string text, Findings& findings) {
  findings.push_back({source.path, source.tokens[token].line, std::move(text)});
}

/// `std::vector<Row>& out`: the standard library's types hold data.
bool is_standard_data(const Tokens& tokens, int begin) {
  const int head = head_of_type(tokens, begin);
  return is_in_std(tokens, head) &&
         (text_at(tokens, head).starts_with("unordered_") ||
          is_one_of(tokens, head,
                    {"string", "vector", "map", "set", "multimap", "multiset", "deque", "list",
                     "array", "pair", "tuple", "variant", "optional", "basic_string", "any"}));
}

bool is_parameter_dangling(const Tokens& tokens, const Names& names, int begin, int end) {
  if (is(tokens, begin, "this")) return false;  // what an object of its own is called on outlives
  bool is_const = false;
  for (int i = begin; i < end; ++i) {
    if (names.views.contains(text_at(tokens, i)) && is_word(tokens, i)) return true;
    if (is(tokens, i, "char") && is(tokens, i + 1, "*")) return true;
    if (is(tokens, i, "=")) return false;  // what follows is a default argument
    if (is(tokens, i, "const")) is_const = true;
    if (is(tokens, i, "&&") || (is(tokens, i, "&") && is_const)) return true;
    if (is(tokens, i, "&") && is_standard_data(tokens, begin)) return true;
    if (is(tokens, i, "function")) {
      i = after_template(tokens, i + 1) - 1;  // its own parameters are another matter
    } else if (const int after = after_template(tokens, i); after > i) {
      for (int k = i; k < after; ++k) {
        if (names.views.contains(text_at(tokens, k))) return true;
      }
      i = after - 1;
    } else if (tokens[i].match > i && !is(tokens, i + 1, "&") && !is(tokens, i + 1, "&&")) {
      i = tokens[i].match;
    }
  }
  return false;
}

void check_parameters(const Source& source, const Names& names, int open, Findings& findings) {
  for_each_argument(source.tokens, open, [&](int begin, int end) {
    if (is_parameter_dangling(source.tokens, names, begin, end)) {
      report(source, begin, "an awaited function takes its data by value", findings);
    }
  });
}

/// Index of the `(` of `Task<T> Class<U>::name(`, `Task<T>(`, `Task<T> operator()(` or
/// `Task<T> (*name)(`; -1 for a variable.
int parameters_after_task(const Tokens& tokens, int task) {
  int i = after_template(tokens, task + 1);
  const bool pointer = is(tokens, i, "(") && tokens[i].match > 0 &&
                       is(tokens, tokens[i].match + 1, "(") && is_one_of(tokens, i + 1, {"*", "&"});
  if (pointer) i = tokens[i].match + 1;
  while (is_word(tokens, i) || is(tokens, i, "::")) {
    if (is(tokens, i, "operator")) {
      while (i + 1 < count_of(tokens) && !is(tokens, i + 1, "(")) ++i;
      if (is(tokens, i + 2, ")") && is(tokens, i + 3, "(")) i += 2;
    }
    i = std::max(i + 1, after_template(tokens, i + 1));
  }
  return is(tokens, i, "(") && tokens[i].match > 0 ? i : -1;
}

/// Index of the `(` of `(...) mutable -> shardlab::Task`; -1 when `task` is no trailing type.
int parameters_before_task(const Tokens& tokens, int task) {
  int i = task - 1;
  while (is(tokens, i, "::") || (is_word(tokens, i) && is(tokens, i + 1, "::"))) --i;
  if (!is(tokens, i, "->")) return -1;
  --i;
  while (is_word(tokens, i) || is_one_of(tokens, i, {"&", "&&"})) --i;
  if (is(tokens, i, ")") && is(tokens, tokens[i].match - 1, "noexcept")) i = tokens[i].match - 2;
  while (is_word(tokens, i)) --i;
  return is(tokens, i, ")") ? tokens[i].match : -1;
}

/// Whether the lambda at `open` is a coroutine: by its type, or because its own body awaits.
bool is_coroutine(const Tokens& tokens, const Names& names, int open) {
  const int close = end_of_lambda(tokens, open);
  const int body = std::max(tokens[close].match, tokens[open].match);
  for (int i = tokens[open].match; i < body; ++i) {
    if (names.tasks.contains(text_at(tokens, i)) && is_word(tokens, i)) return true;
  }
  for (int i = body; i < close; ++i) {
    if (is(tokens, i, "[") && is_lambda(tokens, i)) i = end_of_lambda(tokens, i);
    if (is_one_of(tokens, i, {"co_await", "co_return", "co_yield"})) return true;
  }
  return false;
}

}  // namespace

void awaited_functions_take_values(const Source& source, const Tree& tree, Findings& findings) {
  if (!source.is_cpp()) return;
  const Names& names = tree.names();
  for (int i = 0; i < count_of(source.tokens); ++i) {
    if (!is_word(source.tokens, i) || !names.tasks.contains(source.tokens[i].text)) continue;
    const int after = parameters_after_task(source.tokens, i);
    const int before = parameters_before_task(source.tokens, i);
    if (before >= 0 || after >= 0) {
      check_parameters(source, names, before >= 0 ? before : after, findings);
    }
  }
}

void lambda_coroutines_capture_nothing(const Source& source, const Tree& tree, Findings& findings) {
  const Tokens& tokens = source.tokens;
  if (!source.is_cpp()) return;
  for (int i = 0; i < count_of(tokens); ++i) {
    if (!is(tokens, i, "[") || !is_lambda(tokens, i) || tokens[i].match == i + 1) continue;
    if (!is_coroutine(tokens, tree.names(), i)) continue;
    const bool spawned = is(tokens, i - 1, "(") && is(tokens, i - 2, "spawn");
    const bool called = is(tokens, end_of_lambda(tokens, i) + 1, "(");
    if (spawned && !called) continue;
    report(source, i,
           called ? "the captures of a lambda coroutine called in place die at the first suspension"
                  : "a capturing lambda coroutine may only be handed straight to spawn",
           findings);
  }
}

void nothing_is_detached(const Source& source, const Tree&, Findings& findings) {
  for (int i = 0; i < count_of(source.tokens); ++i) {
    if (!is_word(source.tokens, i)) continue;
    // The benches spawn on Asio's own loops, to compare with them.
    const bool spawns = is(source.tokens, i, "co_spawn") && source.folder() != "tools";
    if (spawns || is_one_of(source.tokens, i, {"detached", "detached_t"})) {
      report(source, i, "children are structured: join_all, first_of or a group", findings);
    }
  }
}

void cancellation_passes(const Source& source, const Tree&, Findings& findings) {
  const Tokens& tokens = source.tokens;
  for (int i = 0; i < count_of(tokens); ++i) {
    if (!is(tokens, i, "catch") || !is(tokens, i + 1, "(") || tokens[i + 1].match < 0) continue;
    const int close = tokens[i + 1].match;
    bool any = is(tokens, i + 2, "...");
    bool of_all = false;
    for (int k = i + 2; k < close; ++k) of_all |= is(tokens, k, "exception");
    bool passed_on = false;
    const int end = is(tokens, close + 1, "{") ? tokens[close + 1].match : close;
    for (int k = close; k < end; ++k) passed_on |= is_one_of(tokens, k, {"throw", "current_error"});
    if (any || (of_all && !passed_on)) {
      report(source, i, "catch (...) swallows cancellations and bugs", findings);
    }
  }
}

}  // namespace shardlab::tidy
