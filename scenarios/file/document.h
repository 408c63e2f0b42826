#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/text/text_error.h"

namespace shardlab::scenarios {

/// A file as it was read, for showing its lines.
struct SourceFile {
  std::string path;
  std::vector<std::string> lines;
};

/// A stretch of one line of a file; line and column from 1, in characters.
struct Place {
  const SourceFile* file = nullptr;
  int line = 1;
  int column = 1;
  int length = 1;
};

struct Member;

/// A TOML value that knows where it was written, also after files were merged.
struct Node {
  enum class Kind { text, integer, decimal, boolean, array, table, other };
  Kind kind = Kind::table;
  Place place;
  std::string name;  ///< the key it was given under; elements of an array carry the array's
  std::string text;  ///< content of a text; integers and decimals as written
  std::int64_t number = 0;
  std::vector<Node> items;      ///< of an array
  std::vector<Member> members;  ///< of a table, in the order of the file

  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

struct Member {
  std::string key;
  Place place;  ///< of the key
  Node value;
};

/// `"a text"`, `"an integer"`.
std::string_view to_string(Node::Kind kind);

/// Throws ScenarioError at the place.
[[noreturn]] void fail_at(const Place& place, std::string text, std::string hint = "");

/// Throws ScenarioError where the mistake stands inside a text value. When the text is written with
/// escapes its columns cannot be told from its bytes; then the whole value is marked.
[[noreturn]] void fail_inside(const Node& text_node, const TextError& error);

/// Parses TOML. The file must outlive the nodes. Throws ScenarioError for bad syntax.
Node parse_document(const SourceFile& file, const std::string& content);

/// Lines without their ends.
std::vector<std::string> split_lines(std::string_view content);

}  // namespace shardlab::scenarios
