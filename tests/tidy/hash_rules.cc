#include <algorithm>
#include <set>

#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

using Names = std::set<std::string_view>;

std::string_view text_at(const Source& source, std::size_t i) {
  return i < source.tokens.size() ? source.tokens[i].text : std::string_view();
}

bool is_hash_container(std::string_view name) {
  return name.starts_with("unordered_") || name.starts_with("flat_hash_") ||
         name.starts_with("node_hash_");
}

/// Index behind the template list that opens at `open`, or `open` itself if none does.
std::size_t after_template(const Source& source, std::size_t open) {
  if (text_at(source, open) != "<") return open;
  int depth = 0;
  for (std::size_t i = open; i < source.tokens.size(); ++i) {
    if (source.tokens[i].text == "<") ++depth;
    if (source.tokens[i].text == ">" && --depth == 0) return i + 1;
    if (source.tokens[i].text == ";") break;
  }
  return open;
}

/// Takes the names that a declaration gives, from behind its type on: `& a = f(), *b;`.
void collect_declared(const Source& source, std::size_t i, Names& names) {
  for (; i < source.tokens.size(); ++i) {
    while (text_at(source, i) == "&" || text_at(source, i) == "*" ||
           text_at(source, i) == "const" || text_at(source, i) == "&&") {
      ++i;
    }
    if (i >= source.tokens.size() || source.tokens[i].kind != Kind::word) return;
    names.insert(source.tokens[i].text);
    while (i + 1 < source.tokens.size() && text_at(source, i + 1) != ",") {
      ++i;
      const std::string_view text = text_at(source, i);
      if (text == ";" || text == ")" || text == ":") return;
      if (source.tokens[i].match > static_cast<int>(i)) i = source.tokens[i].match;
    }
    ++i;
  }
}

/// Types that are hash containers by another name: `using Index = std::unordered_map<...>;`.
void collect_aliases(const Source& source, Names& types) {
  for (std::size_t i = 0; i + 3 < source.tokens.size(); ++i) {
    if (text_at(source, i) != "using" || text_at(source, i + 2) != "=") continue;
    for (std::size_t k = i + 3; k < source.tokens.size() && text_at(source, k) != ";"; ++k) {
      if (text_at(source, k) == "<") break;
      if (is_hash_container(text_at(source, k))) types.insert(text_at(source, i + 1));
    }
  }
}

void collect_variables(const Source& source, const Names& types, Names& names) {
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const std::string_view text = text_at(source, i);
    if (source.tokens[i].kind != Kind::word) continue;
    if (!is_hash_container(text) && !types.contains(text)) continue;
    const std::size_t after = after_template(source, i + 1);
    if (after == i + 1 && is_hash_container(text)) continue;  // an include, a variable of that name
    if (text_at(source, i + 1) == "=") continue;              // the alias itself
    // `auto rows = std::unordered_map<int, int>();`
    std::size_t before = i;
    while (before >= 2 && text_at(source, before - 1) == "::") before -= 2;
    if (before >= 2 && text_at(source, before - 1) == "=" &&
        source.tokens[before - 2].kind == Kind::word && text_at(source, before - 3) != "using") {
      names.insert(text_at(source, before - 2));
      continue;
    }
    collect_declared(source, after, names);
  }
}

/// The hash containers that a source may mean: types by another name, and variables.
struct Known {
  Names types;
  Names variables;

  Known(const Source& source, const Tree& tree) {
    std::vector<const Source*> sources{&source};
    const auto add = [&](const std::string& path) {
      const auto found = tree.sources.find(path);
      if (found != tree.sources.end()) sources.push_back(&found->second);
    };
    for (const Include& include : source.includes) add(include.path);
    add(source.stem() + ".h");
    for (const Source* known : sources) collect_aliases(*known, types);
    for (const Source* known : sources) collect_variables(*known, types, variables);
  }
};

/// Members that do not show the order.
constexpr std::string_view lookups[] = {
    "find",  "contains", "at",      "count",   "size", "empty",       "end",  "insert",
    "erase", "clear",    "reserve", "extract", "swap", "try_emplace", "cend", "insert_or_assign",
    "merge", "emplace"};

/// `rows.find(`, `rows[3]`, `rows = {}`, `rows;`; not `*rows` and not `= rows;`.
bool is_lookup(const Source& source, std::size_t i) {
  const std::string_view next = text_at(source, i + 1);
  const std::string_view before = text_at(source, i - 1);
  if (next == "[" || next == "=" || next == ";" || next == "{") {
    return before != "*" && before != "=" && before != "return";
  }
  if (next != "." && next != "->") return false;
  return std::ranges::find(lookups, text_at(source, i + 2)) != std::end(lookups);
}

/// A parameter or a declarator: `std::unordered_set<int>& ids)`.
bool is_declared_at(const Source& source, std::size_t i, const Known& known) {
  const std::string_view before = text_at(source, i - 1);
  const std::string_view next = text_at(source, i + 1);
  const bool behind_type =
      before == ">" || before == "&" || before == "*" || known.types.contains(before);
  return behind_type && (next == ")" || next == "," || next == "(");
}

/// Another thing's member may share the name; it must at least look like a walk.
bool may_be_other(const Source& source, std::size_t i) {
  const std::string_view before = text_at(source, i - 1);
  const std::string_view next = text_at(source, i + 1);
  const bool member = before == "." || before == "->" || before == "::";
  return member && next != ")" && next != "." && next != "->" && next != "|";
}

/// `: std::unordered_set<int>{1, 2})`, a container that has no name.
bool is_nameless_range(const Source& source, std::size_t i, const Known& known) {
  const std::string_view name = text_at(source, i);
  if (!is_hash_container(name) && !known.types.contains(name)) return false;
  const bool in_std = text_at(source, i - 1) == "::";
  return text_at(source, in_std ? i - 3 : i - 1) == ":";
}

}  // namespace

void no_hash_order(const Source& source, const Tree& tree, Findings& findings) {
  const Known known(source, tree);
  Names declared;
  for (std::size_t i = 1; i + 1 < source.tokens.size(); ++i) {
    const Token& token = source.tokens[i];
    if (token.kind != Kind::word) continue;
    if (!is_nameless_range(source, i, known)) {
      if (!known.variables.contains(token.text) || is_lookup(source, i)) continue;
      if (is_declared_at(source, i, known) && declared.insert(token.text).second) continue;
      if (may_be_other(source, i)) continue;
    }
    findings.push_back({source.path, token.line,
                        "shows the order of the hash container " + std::string(token.text) +
                            ", which differs between libraries"});
  }
}

}  // namespace shardlab::tidy
