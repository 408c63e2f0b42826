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
