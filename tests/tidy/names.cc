#include "tests/tidy/names.h"

#include <algorithm>

#include "tests/tidy/declarations.h"

namespace shardlab::tidy {
namespace {

/// `using name = ...;` and `typedef ... name;`: `begin` and `end` enclose what it stands for.
struct Alias {
  std::string_view name;
  const Tokens* tokens;
  int begin;
  int end;
};

void collect_aliases(const Tokens& tokens, std::vector<Alias>& aliases) {
  for (int i = 0; i < count_of(tokens); ++i) {
    if (is(tokens, i, "using") && is_word(tokens, i + 1) && is(tokens, i + 2, "=")) {
      aliases.push_back({tokens[i + 1].text, &tokens, i + 3, end_of_declaration(tokens, i)});
    } else if (is(tokens, i, "typedef")) {
      const int end = end_of_declaration(tokens, i);
      if (is_word(tokens, end - 1)) {
        aliases.push_back({tokens[end - 1].text, &tokens, i + 1, end - 1});
      }
    }
  }
}

/// Whether the type ends in a sign outside its template lists: `const Row*`, `Row const&`.
bool ends_in(const Alias& alias, std::string_view sign) {
  int last = alias.end - 1;
  while (is_one_of(*alias.tokens, last, {"const", "volatile"})) --last;
  return last >= alias.begin && is(*alias.tokens, last, sign);
}

struct HashDeclaration {
  int name;     ///< token index
  bool nested;  ///< `std::map<int, std::unordered_set<int>>`
};

std::vector<HashDeclaration> hash_declarations(const Tokens& tokens, const Names& names) {
  std::vector<HashDeclaration> found;
  for (int i = 0; i < count_of(tokens); ++i) {
    if (!is_word(tokens, i) || !names.is_hash_container(tokens[i].text)) continue;
    if (is_one_of(tokens, i - 1, {"struct", "class", ".", "->"})) continue;
    int after = after_template(tokens, i + 1);
    bool nested = false;
    while (is_one_of(tokens, after, {">", ",", "*"})) {
      int close = after;
      while (close < count_of(tokens) && !is_one_of(tokens, close, {">", ";", "(", ")", "{"})) {
        ++close;
      }
      const int begin = is(tokens, close, ">") ? template_begin(tokens, close) : -1;
      if (begin < 0 || begin > i) break;
      nested = nested || !is_one_of(tokens, begin - 1,
                                    {"optional", "shared_ptr", "unique_ptr", "Result", "Task"});
      after = close + 1;
    }
    if (const int function = function_returning(tokens, i); function >= 0) {
      found.push_back({function, nested});
    }
    int name = declared_name(tokens, after);
    while (name >= 0) {
      found.push_back({name, nested});
      int next = name + 1;  // `rows, more;`
      if (is_one_of(tokens, next, {"{", "("})) next = std::max(next, tokens[next].match) + 1;
      const bool more = is(tokens, next, ",") && is_word(tokens, next + 1) &&
                        is_one_of(tokens, next + 2, {",", ";", "=", "{"});
      name = more ? next + 1 : -1;
    }
  }
  return found;
}

}  // namespace

Names::Names(const Tree& tree)
    : pointers{"shared_ptr", "unique_ptr", "weak_ptr", "intrusive_ptr", "observer_ptr"},
      views{"string_view",
            "basic_string_view",
            "wstring_view",
            "u8string_view",
            "span",
            "initializer_list",
            "format_string",
            "basic_format_string",
            "function_ref",
            "subrange",
            "reference_wrapper",
            "ref_view",
            "format_args",
            "mdspan",
            "zstring_view",
            "cstring_view"} {
  std::vector<Alias> aliases;
  for (const auto& [path, source] : tree.sources) {
    if (source.folder() != "tests") collect_aliases(source.tokens, aliases);
  }
  for (std::size_t known = aliases.size() + 1, left = aliases.size(); left < known;) {
    known = left;
    std::erase_if(aliases, [&](const Alias& alias) {
      const int head = head_of_type(*alias.tokens, alias.begin);
      const std::string_view type = text_at(*alias.tokens, head);
      const bool constant =
          is(*alias.tokens, alias.begin, "const") || is(*alias.tokens, alias.end - 2, "const");
      if (ends_in(alias, "*") || pointers.contains(type)) {
        return pointers.insert(alias.name).second;
      }
      if (ends_in(alias, "&&") || (ends_in(alias, "&") && constant) || views.contains(type)) {
        return views.insert(alias.name).second;
      }
      if (tasks.contains(type)) return tasks.insert(alias.name).second;
      return is_hash_container(type) && hashes.insert(alias.name).second;
    });
    left = aliases.size();
  }
  for (const auto& [path, source] : tree.sources) {
    if (source.folder() == "tests") continue;
    for (const HashDeclaration& declaration : hash_declarations(source.tokens, *this)) {
      if (is_inside_function(source.tokens, declaration.name)) continue;
      auto& members = declaration.nested ? nested_hash_members : hash_members;
      members.insert(source.tokens[declaration.name].text);
    }
  }
}

bool Names::is_hash_container(std::string_view type) const {
  const auto has = [&](std::string_view part) { return type.find(part) != type.npos; };
  return hashes.contains(type) || type.starts_with("unordered_") || has("hash_map") ||
         has("hash_set") || has("hashmap") || has("hashset") || type == "robin_map" ||
         type == "robin_set" || type == "hopscotch_map" || type == "hopscotch_set";
}

HashScopes::HashScopes(const Source& source, const Names& names) {
  const Tokens& tokens = source.tokens;
  for (const HashDeclaration& declaration : hash_declarations(tokens, names)) {
    if (!is_inside_function(tokens, declaration.name)) continue;
    int end = declaration.name;
    while (end < count_of(tokens)) {
      if (is(tokens, end, "}")) break;
      if (is(tokens, end, ")") && is(tokens, end + 1, ";")) break;
      if (tokens[end].match > end && !is(tokens, end, "{")) end = tokens[end].match;
      if (is(tokens, end, "{") && tokens[end].match > end) {
        const bool body = is(tokens, end - 1, ")") && tokens[end - 1].match < declaration.name;
        end = tokens[end].match;
        if (body) break;
      }
      ++end;
    }
    auto& scopes = declaration.nested ? nested : containers;
    scopes.push_back({tokens[declaration.name].text, declaration.name, end});
  }
}

}  // namespace shardlab::tidy
