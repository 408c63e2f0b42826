#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/file/document.h"
#include "scenarios/file/scenario.h"

namespace shardlab::scenarios {

/// A table of a scenario file whose keys are known. All functions throw ScenarioError at the place
/// of the mistake.
class Section {
 public:
  /// `what` names it in messages: `[scenario]`. An unknown key is an error at once.
  Section(const Node& table, std::string what, std::vector<std::string_view> keys);

  const Node& table() const { return *table_; }
  /// The value, or nullptr when the key is not given.
  const Node* find(std::string_view key) const { return table_->find(key); }
  /// The value; a missing one is an error at the table.
  const Node& need(std::string_view key) const;

  /// Overwrites `out` when the key is given, otherwise leaves the default.
  void read(std::string_view key, std::string& out) const;
  void read(std::string_view key, Duration& out) const;
  void read(std::string_view key, int& out, int at_least) const;
  void read(std::string_view key, Wording& out) const;

 private:
  const Node* table_;
  std::string what_;
};

/// `[a, b]` as nodes.
const std::vector<Node>& list_of(const Node& node);
/// A text that is not empty.
const std::string& text_of(const Node& node);
std::vector<std::string> texts_of(const Node& node);
std::int64_t integer_of(const Node& node, std::int64_t at_least, std::int64_t at_most);
Duration duration_of(const Node& node);
/// `"0..9"`, or a list of numbers in any order, with repetitions; as texts beyond 2^63:
/// A number, or a text: TOML's integers end at 2^63.
std::uint64_t page_of(const Node& node);
/// `["18446744073709551615"]`.
std::vector<std::uint64_t> pages_of(const Node& node);
/// A text out of a fixed set; returns its position. `kind` and `label` are for the message:
/// `unknown fault kind "crush"`, `kinds: crash restart`.
std::size_t choice_of(const Node& node, std::string_view kind, std::string_view label,
                      std::span<const std::string_view> allowed);

/// Runs one of the parsers of `scenarios/text` on a text value and puts the place to its error.
template <std::invocable<std::string_view> Parse>
auto parsed(const Node& node, Parse parse) {
  try {
    return parse(std::string_view(text_of(node)));
  } catch (const TextError& error) {
    fail_inside(node, error);
  }
}

}  // namespace shardlab::scenarios
