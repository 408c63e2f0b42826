#include <algorithm>
#include <cctype>

#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

constexpr int max_lines = 700;
constexpr int max_columns = 100;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

void sim_knows_no_database(const Source& source, const Tree&, Findings& findings) {
  static constexpr std::string_view words[] = {"keyspace", "shard", "tablet", "etcd", "sql"};
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    std::string line = lower(source.lines[i]);
    for (std::size_t at; (at = line.find("shardlab")) != line.npos;) line.erase(at, 8);
    for (std::string_view word : words) {
      if (line.find(word) == line.npos) continue;
      findings.push_back({source.path, static_cast<int>(i) + 1,
                          "sim must not know the word \"" + std::string(word) + "\""});
    }
  }
}

void size_is_kept(const Source& source, const Tree&, Findings& findings) {
  const int count = static_cast<int>(source.lines.size());
  if (count > max_lines) {
    findings.push_back({source.path, 1, std::to_string(count) + " lines; at most 700 are allowed"});
  }
  for (int i = 0; i < count; ++i) {
    // Continuation bytes of UTF-8 take no column.
    const auto columns = std::ranges::count_if(
        source.lines[i], [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    if (columns > max_columns) {
      findings.push_back({source.path, i + 1, std::to_string(columns) + " columns; at most 100"});
    }
  }
  if (source.path.ends_with(".h") && !source.content.starts_with("#pragma once")) {
    findings.push_back({source.path, 1, "a header begins with #pragma once"});
  }
}

void is_listed_in_cmake(const Source& source, const Tree& tree, Findings& findings) {
  if (source.path.ends_with(".h")) return;
  const std::string& list = tree.lists.at(source.folder());
  const std::string name = source.path.substr(source.folder().size() + 1);
  for (std::size_t at = list.find(name); at != list.npos; at = list.find(name, at + 1)) {
    const char before = at == 0 ? ' ' : list[at - 1];
    const char after = at + name.size() < list.size() ? list[at + name.size()] : ' ';
    const bool whole_path = before != '/' || list.substr(0, at).ends_with(source.folder() + "/");
    if ((std::isspace(before) || before == '/') && whole_path &&
        (std::isspace(after) || after == ')')) {
      return;
    }
  }
  findings.push_back({source.path, 1, "not listed in " + source.folder() + "/CMakeLists.txt"});
}

}  // namespace shardlab::tidy
