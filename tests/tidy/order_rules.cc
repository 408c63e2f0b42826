#include <algorithm>
#include <array>
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

/// Everything that is done with a hash container and does not show its order.
bool is_lookup(const Source& source, std::size_t i) {
  static constexpr std::array<std::string_view, 18> members{"find",
                                                            "contains",
                                                            "at",
                                                            "count",
                                                            "size",
                                                            "empty",
                                                            "end",
                                                            "insert",
                                                            "emplace",
                                                            "erase",
                                                            "clear",
                                                            "reserve",
                                                            "extract",
                                                            "swap",
                                                            "try_emplace",
                                                            "cend",
                                                            "insert_or_assign",
                                                            "merge"};
  const std::string_view next = text_at(source, i + 1);
  if (next == "[" || next == "=" || next == ";" || next == "{") {
    return text_at(source, i - 1) != "*" && text_at(source, i - 1) != "=" &&
           text_at(source, i - 1) != "return";
  }
  if (next != "." && next != "->") return false;
  return std::ranges::find(members, text_at(source, i + 2)) != members.end();
}

bool is_smart_pointer(std::string_view name) {
  return name == "shared_ptr" || name == "unique_ptr" || name == "weak_ptr";
}

/// `using Key = Host*;`, `using TablePtr = std::shared_ptr<const Table>;`
Names pointer_aliases(const Source& source) {
  Names names;
  for (std::size_t i = 0; i + 3 < source.tokens.size(); ++i) {
    if (text_at(source, i) != "using" || text_at(source, i + 2) != "=") continue;
    std::size_t k = i + 3;
    while (text_at(source, k) == "std" || text_at(source, k) == "::") ++k;
    if (is_smart_pointer(text_at(source, k))) names.insert(text_at(source, i + 1));
    while (k < source.tokens.size() && text_at(source, k) != ";") ++k;
    if (text_at(source, k - 1) == "*") names.insert(text_at(source, i + 1));
  }
  return names;
}

/// Whether the first argument of the template list that opens at `open` has a pointer in it.
bool is_keyed_by_pointer(const Source& source, std::size_t open, const Names& aliases) {
  int depth = 0;
  for (std::size_t i = open; i < source.tokens.size(); ++i) {
    const std::string_view text = text_at(source, i);
    if (text == "<" || text == "(") ++depth;
    if (text == ">" || text == ")") --depth;
    if (depth == 0 || text == ";" || (text == "," && depth == 1)) return false;
    if (text == "*" || is_smart_pointer(text) || aliases.contains(text)) return true;
  }
  return false;
}

/// `reinterpret_cast<std::size_t>(p)`, but not to another pointer or reference.
bool casts_to_number(const Source& source, std::size_t i) {
  const std::size_t after = after_template(source, i + 1);
  if (after == i + 1) return false;
  const std::string_view last = text_at(source, after - 2);
  return last != "*" && last != "&";
}

std::string_view address_at(const Source& source, std::size_t i) {
  const Token& token = source.tokens[i];
  const std::string_view next = text_at(source, i + 1);
  const auto has = [&](std::string_view part) { return token.text.find(part) != token.text.npos; };
  if (token.kind == Kind::string) return has("%p") || has(":p}") ? "prints an address" : "";
  if (token.kind != Kind::word) return "";
  if (token.text == "ptr" && i >= 2 && text_at(source, i - 2) == "fmt") return "prints an address";
  if (token.text == "uintptr_t" || token.text == "intptr_t") {
    return "an address is not a number here";
  }
  if (token.text == "reinterpret_cast" && casts_to_number(source, i)) {
    return "an address is not a number here";
  }
  if (token.text == "static_cast" && next == "<") {
    const bool constant = text_at(source, i + 2) == "const";
    if (text_at(source, i + 2 + constant) == "void" && text_at(source, i + 3 + constant) == "*") {
      return "an address without its type is only printed";
    }
  }
  if (token.text == "owner_less" || token.text == "owner_before") return "ordered by address";
  const bool compares = next == "<" || next == ">" || next == "<=>";
  if (token.text == "this" && compares) return "ordered by address";
  const bool address = i > 0 && text_at(source, i - 1) == "&";
  if (address && compares && text_at(source, i + 2) == "&") return "ordered by address";
  return "";
}

bool orders_its_key(std::string_view name) {
  static constexpr std::array<std::string_view, 14> names{
      "map",           "set",      "multimap",   "multiset", "flat_map",       "flat_set",
      "less",          "greater",  "less_equal", "hash",     "priority_queue", "unordered_map",
      "unordered_set", "btree_map"};
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

void no_hash_order(const Source& source, const Tree& tree, Findings& findings) {
  Names types;
  Names names;
  std::vector<const Source*> seen{&source};
  for (const Include& include : source.includes) {
    const auto header = tree.sources.find(include.path);
    if (header != tree.sources.end()) seen.push_back(&header->second);
  }
  const auto own = tree.sources.find(source.stem() + ".h");
  if (own != tree.sources.end()) seen.push_back(&own->second);
  for (const Source* known : seen) collect_aliases(*known, types);
  for (const Source* known : seen) collect_variables(*known, types, names);

  Names declared;  // where a name stands behind its type it is no use
  for (std::size_t i = 0; i + 1 < source.tokens.size(); ++i) {
    const Token& token = source.tokens[i];
    if (token.kind != Kind::word) continue;
    const bool in_range = i >= 1 && text_at(source, i - 1) == ":" &&
                          (is_hash_container(token.text) || types.contains(token.text));
    const bool std_in_range = i >= 3 && text_at(source, i - 1) == "::" &&
                              text_at(source, i - 3) == ":" && is_hash_container(token.text);
    if (!in_range && !std_in_range) {
      if (!names.contains(token.text) || is_lookup(source, i)) continue;
      // Its declaration: behind `>`, `&`, `*` or `,` of a type, or as a parameter.
      const std::string_view before = i > 0 ? text_at(source, i - 1) : "";
      const bool behind_type =
          before == ">" || before == "&" || before == "*" || types.contains(before);
      const std::string_view next = text_at(source, i + 1);
      if (behind_type && declared.insert(token.text).second &&
          (next == ")" || next == "," || next == "(")) {
        continue;
      }
      if (before == "." || before == "->" || before == "::") {
        // a member of another thing may share the name; what follows must still be a walk
        const bool walks = next == ")" || next == "." || next == "->" || next == "|";
        if (!walks) continue;
      }
    }
    findings.push_back({source.path, token.line,
                        "shows the order of the hash container " + std::string(token.text) +
                            ", which differs between libraries"});
  }
}

void no_pointer_order(const Source& source, const Tree& tree, Findings& findings) {
  Names aliases = pointer_aliases(source);
  for (const Include& include : source.includes) {
    const auto header = tree.sources.find(include.path);
    if (header != tree.sources.end()) aliases.merge(pointer_aliases(header->second));
  }
  for (std::size_t i = 0; i < source.tokens.size(); ++i) {
    const Token& token = source.tokens[i];
    if (const std::string_view why = address_at(source, i); !why.empty()) {
      findings.push_back({source.path, token.line, std::string(why)});
    }
    if (token.kind != Kind::word || !orders_its_key(token.text)) continue;
    if (text_at(source, i + 1) == "<" && is_keyed_by_pointer(source, i + 1, aliases)) {
      findings.push_back({source.path, token.line, "ordered by address"});
    }
  }
}

}  // namespace shardlab::tidy
