#include <algorithm>

#include "tests/tidy/names.h"
#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

/// Walks one file and knows at each token which expressions are hash containers.
class HashOrder {
 public:
  HashOrder(const Source& source, const Names& names, Findings& findings)
      : source_(source),
        tokens_(source.tokens),
        names_(names),
        scopes_(source, names),
        findings_(findings) {}

  void run() {
    for (int i = 0; i < count_of(tokens_); ++i) {
      follow_alias(i);
      look_at_range_for(i);
      look_at_member(i);
      look_at_call(i);
      if (is(tokens_, i, "|") && is_word(tokens_, i + 1) && is_container_before(i)) report(i - 1);
    }
  }

 private:
  bool knows(const std::vector<Scope>& scopes, int i) const {
    return std::ranges::any_of(scopes, [&](const Scope& scope) {
      return scope.name == tokens_[i].text && scope.begin <= i && i <= scope.end;
    });
  }

  bool is_container(int i) const {
    return is_word(tokens_, i) &&
           (names_.hash_members.contains(tokens_[i].text) || knows(scopes_.containers, i));
  }

  bool is_nested(int i) const {
    return is_word(tokens_, i) &&
           (names_.nested_hash_members.contains(tokens_[i].text) || knows(scopes_.nested, i));
  }

  /// Whether what ends before `end` is a hash container: `x.rows`, `rows()`, `groups[k]`.
  bool is_container_before(int end) const {
    const int last = end - 1;
    if (is_container(last)) return true;
    if (is(tokens_, last, "second") && is(tokens_, last - 2, ")")) {  // `find(k)->second`
      return is_nested(tokens_[last - 2].match - 3);
    }
    const int open = last >= 0 ? tokens_[last].match : -1;
    if (open < 0 || open > last) return false;
    if (is(tokens_, last, "]")) return is_nested(open - 1);
    if (!is(tokens_, last, ")")) return false;
    if (is_one_of(tokens_, open - 1, {"at", "front", "back"})) return is_nested(open - 3);
    if (is_one_of(tokens_, open - 1, {"value", "get"})) return is_container(open - 3);
    if (is_container(open - 1)) return true;
    int name = open - 1;  // a cast is seen through: `std::move(rows)`, `(rows)`, `(*rows)`
    if (is(tokens_, name, ">")) name = template_begin(tokens_, name) - 1;
    const bool cast = is_one_of(tokens_, name, {"move", "as_const", "forward", "ref", "cref"}) ||
                      !is_word(tokens_, name);
    return cast && is_container_before(last);
  }

  bool is_container_made_at(int begin) const {
    int head = head_of_type(tokens_, begin);
    const bool allocated = is_one_of(tokens_, head, {"make_shared", "make_unique"});
    if (allocated) head = head_of_type(tokens_, head + 2);
    return head >= 0 && names_.is_hash_container(tokens_[head].text);
  }

  /// `auto& all = rows_;` and `for (auto& [key, inner] : groups)` give a container a new name.
  void follow_alias(int i) {
    if (!is(tokens_, i, "auto")) return;
    int name = i + 1;
    while (is_one_of(tokens_, name, {"&", "&&", "*", "const"})) ++name;
    if (is(tokens_, name, "[") && tokens_[name].match > 0) {
      const int close = tokens_[name].match;
      const bool inner = is(tokens_, close + 1, ":") && is_nested(end_of_range(close + 2) - 1);
      if (inner) scopes_.containers.push_back({tokens_[close - 1].text, i, end_of_block(close)});
      return;
    }
    if (!is_word(tokens_, name) || !is_one_of(tokens_, name + 1, {"=", ":"})) return;
    const bool range = is(tokens_, name + 1, ":");
    const int end = range ? end_of_range(name + 2) : end_of_statement(name + 2);
    const bool found =
        range ? is_nested(end - 1) : is_container_before(end) || is_container_made_at(name + 2);
    if (found) scopes_.containers.push_back({tokens_[name].text, i, end_of_block(name)});
  }

  int end_of_statement(int i) const {
    while (i < count_of(tokens_) && !is_one_of(tokens_, i, {";", ")"})) {
      i = std::max(i, tokens_[i].match) + 1;
    }
    return i;
  }

  int end_of_range(int i) const { return end_of_statement(i); }

  int end_of_block(int i) const {
    while (i < count_of(tokens_) && !is(tokens_, i, "}")) i = std::max(i, tokens_[i].match) + 1;
    return i;
  }

  void look_at_range_for(int i) {
    if (!is(tokens_, i, "for") || !is(tokens_, i + 1, "(") || tokens_[i + 1].match < 0) return;
    const int close = tokens_[i + 1].match;
    int colon = i + 2;
    while (colon < close && !is(tokens_, colon, ":")) {
      colon = std::max(colon, tokens_[colon].match) + 1;
    }
    if (colon >= close) return;
    if (is_container_before(close) || is_container_made_at(colon + 1)) report(colon + 1);
  }

  void look_at_member(int i) {
    const bool walks = is_one_of(tokens_, i, {"begin", "cbegin"}) && is(tokens_, i + 1, "(");
    if (walks && is_one_of(tokens_, i - 1, {".", "->"}) && is_container_before(i - 1)) report(i);
  }

  /// Functions that walk what they are given.
  bool is_walk(int name) const {
    static constexpr std::string_view harmless[] = {"size", "ssize", "empty", "swap", "end"};
    if (is_one_of(tokens_, name, {"begin", "cbegin", "from_range_t"})) return true;
    if (text_at(tokens_, name).ends_with("_range")) return true;
    const bool qualified = is(tokens_, name - 1, "::");
    const bool walker = qualified && is_one_of(tokens_, name - 2, {"ranges", "views", "fmt"});
    return walker && std::ranges::find(harmless, tokens_[name].text) == std::end(harmless);
  }

  void look_at_call(int i) {
    if (!is(tokens_, i, "(") || tokens_[i].match < 0) return;
    const bool ranged = is(tokens_, i + 1, "std") && is(tokens_, i + 3, "from_range");
    const bool walk = is_word(tokens_, i - 1) && is_walk(i - 1);
    if (!walk && !ranged) return;
    for_each_argument(tokens_, i, [&](int, int end) {
      if (is_container_before(end)) report(i);
    });
  }

  void report(int i) {
    findings_.push_back({source_.path, tokens_[std::max(i, 0)].line,
                         "walks a hash container; its order differs between libraries"});
  }

  const Source& source_;
  const Tokens& tokens_;
  const Names& names_;
  HashScopes scopes_;
  Findings& findings_;
};

}  // namespace

void no_hash_order(const Source& source, const Tree& tree, Findings& findings) {
  if (source.is_cpp()) HashOrder(source, tree.names(), findings).run();
}

}  // namespace shardlab::tidy
