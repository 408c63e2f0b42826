#include <algorithm>
#include <set>

#include "tests/tidy/address_text.h"
#include "tests/tidy/bans.h"
#include "tests/tidy/names.h"
#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

constexpr std::string_view orders = "less greater less_equal greater_equal hash";

class PointerOrder {
 public:
  PointerOrder(const Source& source, const Names& names, Findings& findings)
      : source_(source), tokens_(source.tokens), names_(names), findings_(findings) {}

  void run() {
    for (int i = 0; i < count_of(tokens_); ++i) {
      look_at_words(i);
      look_at_ordered_type(i);
      look_at_comparison(i);
      look_at_order_object(i);
      look_at_cast(i);
      collect_pointer_sequence(i);
      look_at_sort(i);
    }
  }

 private:
  void report(int i, std::string text) {
    findings_.push_back({source_.path, tokens_[i].line, std::move(text)});
  }

  void look_at_words(int i) {
    if (!is_word(tokens_, i)) return;
    if (is_one_of(tokens_, i, {"uintptr_t", "intptr_t"})) report(i, "an address is no number here");
    if (is_one_of(tokens_, i, {"owner_less", "owner_before", "owner_hash"})) {
      report(i, std::string(tokens_[i].text) + ": ordered by address");
    }
  }

  bool is_pointer(int begin, int end) const {
    for (int i = begin; i < end; ++i) {
      if (is(tokens_, i, "*") || names_.pointers.contains(text_at(tokens_, i))) return true;
      if (is(tokens_, i, "function")) i = after_template(tokens_, i + 1) - 1;
    }
    return false;
  }

  /// `std::set<Host*>`; one with a comparator of its own is in order.
  void look_at_ordered_type(int i) {
    const std::string_view name = text_at(tokens_, i);
    const bool set = holds("set multiset flat_set flat_multiset btree_set btree_multiset", name);
    const bool map = holds("map multimap flat_map flat_multimap btree_map btree_multimap", name);
    const bool hash = names_.is_hash_container(name);
    if (!set && !map && !hash && !holds(orders, name) && name != "priority_queue") return;
    const int comparator = hash ? 5 : set ? 1 : 2;
    const int end = after_template(tokens_, i + 1) - 1;
    if (end <= i + 1) return;
    int part = 0;
    bool by_address = false;
    bool own_order = false;
    for (int begin = i + 2; begin < end; ++part) {
      const int stop = end_of_template_argument(begin, end);
      if (part == 0) by_address = is_pointer(begin, stop);
      const int head = head_of_type(tokens_, begin);
      const bool std_order = head >= 0 && holds(orders, tokens_[head].text);
      if (part == comparator && !std_order) own_order = true;
      begin = stop + 1;
    }
    if (by_address && !own_order) report(i, "ordered by address");
  }

  int end_of_template_argument(int i, int end) const {
    while (i < end && !is(tokens_, i, ",")) {
      const int after = after_template(tokens_, i);
      i = after > i ? after : std::max(i, tokens_[i].match) + 1;
    }
    return std::min(i, end);
  }

  /// `&a < &b`, `this < other`, `a.get() < b.get()`, `std::addressof(a) < ...`.
  void look_at_comparison(int i) {
    if (!is_one_of(tokens_, i, {"<", ">", "<=", ">=", "<=>"})) return;
    const bool this_side =
        is(tokens_, i - 1, "this") || (is(tokens_, i + 1, "this") && !is(tokens_, i + 2, "->"));
    const bool called = is(tokens_, i - 1, ")") && is_address_call(tokens_[i - 1].match - 1);
    int left = i - 1;
    while (is_word(tokens_, left) && is_one_of(tokens_, left - 1, {".", "->", "::"})) left -= 2;
    const bool binary = is_word(tokens_, left - 2) || is_one_of(tokens_, left - 2, {")", "]"});
    const bool taken = is_word(tokens_, left) && is(tokens_, left - 1, "&") &&
                       (!binary || is_keyword_before_expression(tokens_, left - 2));
    const bool right = is(tokens_, i + 1, "&") || right_is_address_call(i + 1);
    const bool named = is_pointer_parameter(i - 1) && is_pointer_parameter(i + 1);
    if (this_side || named || ((taken || called) && right)) report(i, "compares addresses");
  }

  /// Whether the word at `i` is a `Host* a` of the function or lambda around it.
  bool is_pointer_parameter(int i) const {
    const bool whole = is_word(tokens_, i) && !is_one_of(tokens_, i - 1, {".", "->", "::"}) &&
                       !is_one_of(tokens_, i + 1, {".", "->", "::", "(", "["});
    int open = i;
    while (whole && open >= 0 && !is(tokens_, open, "{")) {
      open = tokens_[open].match >= 0 && tokens_[open].match < open ? tokens_[open].match : open;
      --open;
    }
    int close = open - 1;
    while (is_word(tokens_, close) || is(tokens_, close, "->")) --close;
    if (!whole || open < 0 || !is(tokens_, close, ")")) return false;
    for (int k = tokens_[close].match + 2; k < close; ++k) {
      if (is(tokens_, k, text_at(tokens_, i)) && is(tokens_, k - 1, "*")) return true;
    }
    return false;
  }

  /// `std::less<>{}(&a, &b)`.
  void look_at_order_object(int i) {
    if (!is(tokens_, i, "compare_three_way") && !holds(orders, text_at(tokens_, i))) return;
    int call = after_template(tokens_, i + 1);
    if (is_one_of(tokens_, call + 1, {"}", ")"})) call += 2;
    if (is(tokens_, call, "(") && is_one_of(tokens_, call + 1, {"&", "this"})) {
      report(i, "compares addresses");
    }
  }

  bool is_address_call(int name) const {
    if (is(tokens_, name, ">")) name = template_begin(tokens_, name) - 1;
    return is_one_of(tokens_, name, {"get", "addressof", "to_address", "data"});
  }

  bool right_is_address_call(int i) const {
    while (is_word(tokens_, i) && is_one_of(tokens_, i + 1, {".", "->", "::"})) i += 2;
    return is(tokens_, i + 1, "(") && is_address_call(i);
  }

  void look_at_cast(int i) {
    static constexpr std::string_view numbers =
        "size_t uint64_t int64_t uint32_t int32_t uint16_t uint8_t uintmax_t intmax_t ptrdiff_t "
        "unsigned signed long int bool u64 i64";
    const int after = after_template(tokens_, i + 1);
    if (after == i + 1) return;
    const auto number = [&](int k) { return k >= 0 && holds(numbers, text_at(tokens_, k)); };
    const bool to_value = !is_one_of(tokens_, after - 2, {"*", "&"});
    if (is(tokens_, i, "reinterpret_cast") && to_value && number(head_of_type(tokens_, i + 2))) {
      report(i, "an address is no number here");
    }
    if (is(tokens_, i, "bit_cast") && to_value && is_one_of(tokens_, after + 1, {"&", "this"})) {
      report(i, "an address is no number here");
    }
  }

  /// `std::vector<Host*> hosts`: sorting it without a comparator orders by address.
  void collect_pointer_sequence(int i) {
    if (!is_one_of(tokens_, i, {"vector", "deque", "array", "list", "span"})) return;
    const int after = after_template(tokens_, i + 1);
    if (after == i + 1 || !is_pointer(i + 2, end_of_template_argument(i + 2, after - 1))) return;
    int name = after;
    while (is_one_of(tokens_, name, {"&", "&&", "const"})) ++name;
    if (is_word(tokens_, name)) sequences_.insert(tokens_[name].text);
  }

  void look_at_sort(int i) {
    const bool sorts = is_one_of(tokens_, i,
                                 {"sort", "stable_sort", "max_element", "min_element",
                                  "lower_bound", "make_heap", "is_sorted"});
    if (!sorts || !is(tokens_, i + 1, "(") || tokens_[i + 1].match < 0) return;
    const bool by_begin = is(tokens_, i + 2, "std") && is(tokens_, i + 4, "begin");
    const int name = by_begin ? i + 6 : i + 2;
    if (!sequences_.contains(text_at(tokens_, name))) return;
    int arguments = 0;
    for_each_argument(tokens_, i + 1, [&](int begin, int) {
      const int head = head_of_type(tokens_, begin);
      if (head < 0 || !holds(orders, tokens_[head].text)) ++arguments;
    });
    const bool whole = !by_begin && is_one_of(tokens_, name + 1, {")", ","});
    const int plain = (whole ? 1 : 2) + (is(tokens_, i, "lower_bound") ? 1 : 0);
    if (arguments == plain) report(i, "sorts addresses");
  }

  const Source& source_;
  const Tokens& tokens_;
  const Names& names_;
  Findings& findings_;
  std::set<std::string_view> sequences_;
};

}  // namespace

void no_pointer_order(const Source& source, const Tree& tree, Findings& findings) {
  if (!source.is_cpp()) return;
  PointerOrder(source, tree.names(), findings).run();
  find_printed_addresses(source, findings);
}

}  // namespace shardlab::tidy
