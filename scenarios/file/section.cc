#include "scenarios/file/section.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "scenarios/text/suggest.h"

namespace shardlab::scenarios {

namespace {

void need_kind(const Node& node, Node::Kind kind, std::string_view example = "") {
  if (node.kind == kind) return;
  fail_at(
      node.place,
      fmt::format("\"{}\" must be {}, not {}", node.name, to_string(kind), to_string(node.kind)),
      example.empty() ? "" : fmt::format("for example {}", example));
}

}  // namespace

Section::Section(const Node& table, std::string what, std::vector<std::string_view> keys)
    : table_(&table), what_(std::move(what)) {
  need_kind(table, Node::Kind::table);
  for (const Member& member : table.members) {
    if (std::find(keys.begin(), keys.end(), member.key) != keys.end()) continue;
    fail_at(member.place, fmt::format("unknown key \"{}\" in {}", member.key, what_),
            did_you_mean(member.key, "keys", keys));
  }
}

const Node& Section::need(std::string_view key) const {
  const Node* node = find(key);
  if (!node) fail_at(table_->place, fmt::format("{} needs the key \"{}\"", what_, key));
  return *node;
}

void Section::read(std::string_view key, std::string& out) const {
  if (const Node* node = find(key)) out = text_of(*node);
}

void Section::read(std::string_view key, Duration& out) const {
  if (const Node* node = find(key)) out = duration_of(*node);
}

void Section::read(std::string_view key, int& out, int at_least) const {
  constexpr int kMany = 1000;
  if (const Node* node = find(key)) out = static_cast<int>(integer_of(*node, at_least, kMany));
}

void Section::read(std::string_view key, Wording& out) const {
  const Node* node = find(key);
  if (!node) return;
  need_kind(*node, Node::Kind::table, "{ en = \"Hello\", zh = \"你好\" }");
  const Section wording(*node, fmt::format("\"{}\"", key), {"en", "zh"});
  out.en = text_of(wording.need("en"));
  wording.read("zh", out.zh);
}

const std::vector<Node>& list_of(const Node& node) {
  need_kind(node, Node::Kind::array);
  return node.items;
}

const std::string& text_of(const Node& node) {
  need_kind(node, Node::Kind::text);
  if (node.text.empty()) fail_at(node.place, fmt::format("\"{}\" is empty", node.name));
  return node.text;
}

std::vector<std::string> texts_of(const Node& node) {
  std::vector<std::string> texts;
  for (const Node& item : list_of(node)) texts.push_back(text_of(item));
  return texts;
}

std::int64_t integer_of(const Node& node, std::int64_t at_least, std::int64_t at_most) {
  need_kind(node, Node::Kind::integer);
  if (node.number < at_least || node.number > at_most) {
    fail_at(node.place, fmt::format("\"{}\" must be from {} to {}, not {}", node.name, at_least,
                                    at_most, node.number));
  }
  return node.number;
}

Duration duration_of(const Node& node) {
  need_kind(node, Node::Kind::text, "\"250ms\" \"41.2s\" \"5m\" (times are texts with a unit)");
  return parsed(node, parse_duration);
}

std::uint64_t page_of(const Node& node) {
  if (node.kind != Node::Kind::text) {
    return static_cast<std::uint64_t>(
        integer_of(node, 0, std::numeric_limits<std::int64_t>::max()));
  }
  const NumberRange page = parsed(node, parse_range);
  if (page.size() != 1) fail_at(node.place, "a list has single pages");
  return page.first;
}

std::vector<std::uint64_t> pages_of(const Node& node) {
  constexpr std::uint64_t kMostPages = 1'000'000;
  std::vector<std::uint64_t> pages;
  if (node.kind == Node::Kind::array) {
    for (const Node& item : node.items) pages.push_back(page_of(item));
    if (pages.empty()) fail_at(node.place, fmt::format("\"{}\" is empty", node.name));
    return pages;
  }
  need_kind(node, Node::Kind::text, "\"0..9\" or [0, 4, 6]");
  const NumberRange range = parsed(node, parse_range);
  if (range.last - range.first >= kMostPages) {
    fail_at(node.place, fmt::format("\"{}\" has more than {} pages", node.name, kMostPages));
  }
  for (std::uint64_t i = 0; i < range.size(); ++i) pages.push_back(range.first + i);
  return pages;
}

std::size_t choice_of(const Node& node, std::string_view kind, std::string_view label,
                      std::span<const std::string_view> allowed) {
  const std::string& typed = text_of(node);
  const auto found = std::find(allowed.begin(), allowed.end(), typed);
  if (found == allowed.end()) {
    fail_at(node.place, fmt::format("unknown {} \"{}\"", kind, typed),
            did_you_mean(typed, label, allowed));
  }
  return static_cast<std::size_t>(found - allowed.begin());
}

}  // namespace shardlab::scenarios
