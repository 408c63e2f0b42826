#include "scenarios/file/document.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <toml++/toml.h>

#include "scenarios/file/scenario_error.h"
#include "scenarios/text/excerpt.h"

namespace shardlab::scenarios {

namespace {

Place place_of(const SourceFile& file, const toml::source_region& region) {
  Place place{&file, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column), 1};
  const bool one_line = region.end.line == region.begin.line;
  if (one_line && region.end.column > region.begin.column) {
    place.length = static_cast<int>(region.end.column - region.begin.column);
  } else if (!one_line && place.line <= static_cast<int>(file.lines.size())) {
    const auto& line = file.lines[static_cast<std::size_t>(place.line - 1)];
    place.length = std::max(1, count_characters(line) - place.column + 1);
  }
  return place;
}

/// The characters a place covers, as bytes of its line.
std::string text_at(const Place& place) {
  const std::string& line = place.file->lines[static_cast<std::size_t>(place.line - 1)];
  std::string text;
  int column = 1;
  for (std::size_t at = 0; at < line.size(); ++column) {
    const std::size_t start = at;
    next_character(line, at);
    if (column >= place.column && column < place.column + place.length) {
      text += line.substr(start, at - start);
    }
  }
  return text;
}

class Converter {
 public:
  explicit Converter(const SourceFile& file) : file_(file) {}

  Node convert(const toml::node& from, std::string name) const {
    Node node;
    node.place = place_of(file_, from.source());
    node.name = std::move(name);
    node.kind = Node::Kind::other;
    if (const auto* text = from.as_string()) {
      node.kind = Node::Kind::text;
      node.text = text->get();
    } else if (const auto* integer = from.as_integer()) {
      node.kind = Node::Kind::integer;
      node.number = integer->get();
      node.text = text_at(node.place);
    } else if (from.is_floating_point()) {
      node.kind = Node::Kind::decimal;
      node.text = text_at(node.place);
    } else if (const auto* boolean = from.as_boolean()) {
      node.kind = Node::Kind::boolean;
      node.number = boolean->get() ? 1 : 0;
    } else if (const auto* array = from.as_array()) {
      convert_array(*array, node);
    } else if (const auto* table = from.as_table()) {
      convert_table(*table, node);
    }
    return node;
  }

 private:
  void convert_array(const toml::array& from, Node& node) const {
    node.kind = Node::Kind::array;
    for (const toml::node& item : from) node.items.push_back(convert(item, node.name));
  }

  void convert_table(const toml::table& from, Node& node) const {
    node.kind = Node::Kind::table;
    for (const auto& [key, value] : from) {
      std::string name(key.str());
      Node child = convert(value, name);
      node.members.push_back({std::move(name), place_of(file_, key.source()), std::move(child)});
    }
    std::stable_sort(node.members.begin(), node.members.end(), [](const auto& a, const auto& b) {
      return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
  }

  const SourceFile& file_;
};

/// Where byte `offset` of a text value stands in the file, if its line was written without escapes.
std::optional<Place> place_inside(const Node& node, const TextError& error) {
  const std::string_view text = node.text;
  const std::size_t offset = std::min(error.offset, text.size());
  const auto line_start = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
  const auto line_text = text.substr(line_start, text.find('\n', line_start) - line_start);
  const auto line_number = std::count(text.begin(), text.begin() + static_cast<long>(offset), '\n');
  const auto& lines = node.place.file->lines;
  // A text in triple quotes usually starts on the line after them, but need not.
  for (long skipped : {0L, 1L}) {
    const auto index = static_cast<std::size_t>(node.place.line - 1 + line_number + skipped);
    if (index >= lines.size()) continue;
    const int from_column = line_number + skipped == 0 ? node.place.column : 1;
    const auto found = lines[index].rfind(line_text);
    if (found == std::string::npos || line_text.empty()) continue;
    const auto before = std::string_view(lines[index]).substr(0, found + offset - line_start);
    const int column = count_characters(before) + 1;
    if (column < from_column) continue;
    const auto covered = line_text.substr(offset - line_start, error.length);
    return Place{node.place.file, static_cast<int>(index) + 1, column,
                 std::max(1, count_characters(covered))};
  }
  return std::nullopt;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(static_cast<const Node&>(*this).find(key));
}

std::string_view to_string(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::text: return "a text";
    case Node::Kind::integer: return "an integer";
    case Node::Kind::decimal: return "a decimal";
    case Node::Kind::boolean: return "true or false";
    case Node::Kind::array: return "a list";
    case Node::Kind::table: return "a table";
    case Node::Kind::other: return "a date or time";
  }
  return "?";
}

void fail_at(const Place& place, std::string text, std::string hint) {
  const auto& lines = place.file->lines;
  const auto index = static_cast<std::size_t>(place.line - 1);
  Excerpt excerpt{place.file->path, place.line, place.column, place.length,
                  index < lines.size() ? lines[index] : ""};
  throw ScenarioError(std::move(excerpt), std::move(text), std::move(hint));
}

void fail_inside(const Node& text_node, const TextError& error) {
  const bool whole = error.offset == 0 && error.length >= text_node.text.size();
  const auto place = whole ? std::nullopt : place_inside(text_node, error);
  fail_at(place.value_or(text_node.place), error.text, error.hint);
}

Node parse_document(const SourceFile& file, const std::string& content) {
  try {
    const toml::table table = toml::parse(content, file.path);
    Node root = Converter(file).convert(table, "");
    root.place = Place{&file, 1, 1, 1};
    return root;
  } catch (const toml::parse_error& error) {
    const Place place = place_of(file, error.source());
    const auto index = static_cast<std::size_t>(place.line - 1);
    const bool at_line_end =
        index < file.lines.size() && place.column > count_characters(file.lines[index]);
    fail_at(place, std::string(error.description()),
            at_line_end ? "is a quote or bracket not closed?" : "");
  }
}

std::vector<std::string> split_lines(std::string_view content) {
  std::vector<std::string> lines;
  while (!content.empty()) {
    const auto end = std::min(content.find('\n'), content.size());
    lines.emplace_back(content.substr(0, end));
    if (lines.back().ends_with('\r')) lines.back().pop_back();
    content.remove_prefix(std::min(end + 1, content.size()));
  }
  return lines;
}

}  // namespace shardlab::scenarios
