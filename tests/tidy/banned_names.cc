#include <algorithm>

#include "tests/tidy/banned_lists.h"
#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

constexpr struct {
  std::string_view prefix;
  std::string_view why;
} banned_families[] = {
    {"mt19937", draw}, {"ranlux", draw}, {"atomic_", one_thread}, {"pthread_", one_thread}};

std::string_view family_ban(std::string_view name) {
  if (name == "atomic") return one_thread;
  for (const auto& family : banned_families) {
    if (name.starts_with(family.prefix)) return family.why;
  }
  return {};
}

bool is_global(const Tokens& tokens, int i) {
  if (is(tokens, i - 1, "::")) {
    return !(is_word(tokens, i - 2) || is(tokens, i - 2, ">")) ||
           is_keyword_before_expression(tokens, i - 2);
  }
  return !is_one_of(tokens, i - 1, {".", "->", "~"});
}

bool is_null_or_address(const Tokens& tokens, int open) {
  return is(tokens, open + 2, ")") ? is_one_of(tokens, open + 1, {"nullptr", "NULL", "0"})
                                   : is(tokens, open + 1, "&") && is(tokens, open + 3, ")");
}

/// `time(nullptr)` calls; `Timer& time(int)` and `Clock clock() const` declare.
bool is_call(const Tokens& tokens, int i) {
  if (!is_global(tokens, i) || is(tokens, i - 1, "co_await")) return false;
  if (is(tokens, i - 1, "::")) return true;
  if (is(tokens, i - 1, "(") && is(tokens, i + 1, ")") && is(tokens, i + 2, "(")) return true;
  if (!is(tokens, i + 1, "(")) return false;
  if (is_null_or_address(tokens, i + 1)) return true;
  if (is_word(tokens, i - 1)) return is_keyword_before_expression(tokens, i - 1);
  const bool takes_nothing = is(tokens, i, "clock");
  if (takes_nothing && !is(tokens, i + 2, ")")) return false;
  return !is_one_of(tokens, i - 1, {">", "*", "&", "&&", "]"});
}

/// A class may have a member of that name, and call it.
bool is_declared(const Source& source, std::string_view name) {
  const Tokens& tokens = source.tokens;
  for (int i = 1; i < count_of(tokens); ++i) {
    if (tokens[i].text != name || !is(tokens, i + 1, "(")) continue;
    const bool type = is_word(tokens, i - 1) && !is_keyword_before_expression(tokens, i - 1);
    const bool method = is_one_of(tokens, i - 1, {"&", ">", "*"}) && is_word(tokens, i - 2);
    if ((type || method) && !is_null_or_address(tokens, i + 1)) return true;
  }
  return false;
}

bool is_declared_around(const Source& source, const Tree& tree, std::string_view name) {
  if (is_declared(source, name)) return true;
  const auto header = tree.sources.find(source.stem() + ".h");
  return header != tree.sources.end() && is_declared(header->second, name);
}

std::string_view ban_of(const Source& source, const Tree& tree, int i) {
  const Tokens& tokens = source.tokens;
  const std::string_view name = tokens[i].text;
  if (const std::string_view why = find_ban(banned_anywhere, name); !why.empty()) return why;
  if (!is_one_of(tokens, i - 1, {".", "->"})) {
    if (const std::string_view why = family_ban(name); !why.empty()) return why;
  }
  if (source.folder() != "scenarios" && holds(banned_files, name)) return terminal;
  if (is(tokens, i - 1, "::") && is_in_std(tokens, i)) {
    if (const std::string_view why = find_ban(banned_calls, name); !why.empty()) return why;
    if (name.ends_with("_distribution")) return draw;
    return find_ban(banned_in_std, name);
  }
  if (is(tokens, i - 1, "::") && is(tokens, i - 2, "boost")) {
    return name == "hash" || name == "random" || name == "uuids" ? draw : std::string_view();
  }
  const std::string_view why = find_ban(banned_calls, name);
  const bool own = why.empty() || !is_call(tokens, i) ||
                   (!is(tokens, i - 1, "::") && !is_null_or_address(tokens, i + 1) &&
                    is_declared_around(source, tree, name));
  return own ? std::string_view() : why;
}

/// `using namespace std;` and `namespace s = std;` would hide what stands behind a name.
bool hides_std(const Tokens& tokens, int i) {
  static constexpr std::string_view open[] = {"literals",        "chrono",
                                              "filesystem",      "string_literals",
                                              "chrono_literals", "string_view_literals"};
  const bool alias = is(tokens, i, "namespace") && is(tokens, i + 2, "=");
  const bool directive = is(tokens, i, "using") && is(tokens, i + 1, "namespace");
  if (!alias && !directive) return false;
  int last = i + (alias ? 3 : 2);
  if (is(tokens, last, "::")) ++last;
  if (!is(tokens, last, "std")) return false;
  while (is(tokens, last + 1, "::")) last += 2;
  return std::ranges::find(open, tokens[last].text) == std::end(open);
}

/// A macro that stands for nothing is a switch of a library.
bool starts_macro(const Tokens& tokens, int i) {
  return tokens[i].in_macro && is(tokens, i - 1, ";") && !is(tokens, i, ";");
}

bool is_floating(const Token& token) {
  if (token.kind == Kind::word) {
    return token.text == "double" || token.text == "float" || token.text.starts_with("_Float");
  }
  const bool hex = token.text.starts_with("0x") || token.text.starts_with("0X");
  return token.kind == Kind::number &&
         token.text.find_first_of(hex ? ".pP" : ".eE") != token.text.npos;
}

}  // namespace

void no_banned_names(const Source& source, const Tree& tree, Findings& findings) {
  if (!source.is_cpp()) return;
  for (int i = 0; i < count_of(source.tokens); ++i) {
    const Token& token = source.tokens[i];
    if (source.folder() == "sim" && is_floating(token)) {
      findings.push_back({source.path, token.line, "floating point differs between compilers"});
    }
    if (starts_macro(source.tokens, i)) {
      findings.push_back({source.path, token.line, "a macro hides what it stands for"});
    }
    if (token.kind != Kind::word) continue;
    if (hides_std(source.tokens, i)) {
      findings.push_back({source.path, token.line, "names of std are written with their std::"});
    }
    if (const std::string_view why = ban_of(source, tree, i); !why.empty()) {
      findings.push_back(
          {source.path, token.line, std::string(token.text) + ": " + std::string(why)});
    }
  }
}

}  // namespace shardlab::tidy
