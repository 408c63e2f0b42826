#include <algorithm>
#include <array>
#include <cctype>

#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

constexpr int max_lines = 700;
constexpr int max_columns = 100;

/// A module includes its own files and those of a lower rank.
int rank_of(std::string_view module) {
  static constexpr std::array<std::string_view, 14> order{
      "base",   "key",          "vindexes", "proto",     "ports",  "sql",      "topo",
      "binlog", "vreplication", "tablet",   "discovery", "vtgate", "wrangler", "vtctl"};
  if (module == "worker") module = "vtgate";  // side by side, and strangers to each other
  const auto found = std::ranges::find(order, module);
  return found == order.end() ? -1 : static_cast<int>(found - order.begin());
}

/// The folders of the house that a folder may include; `core/base` is only its vocabulary.
std::string_view reach_of(std::string_view folder) {
  if (folder == "core") return "core/";
  if (folder == "sim") return "core/base/ sim/";
  if (folder == "fakes") return "core/ sim/ fakes/";
  return folder == "scenarios" ? "core/ sim/ fakes/ scenarios/"
                               : "core/ sim/ fakes/ scenarios/ tools/";
}

bool reaches(std::string_view folder, std::string_view path) {
  std::string_view rest = reach_of(folder);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (path.starts_with(rest.substr(0, end))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::string module_of(std::string_view path) {
  path.remove_prefix(std::string_view("core/").size());
  return std::string(path.substr(0, path.find('/')));
}

void check_module(const Source& source, const Include& include, Findings& findings) {
  const std::string theirs = module_of(include.path);
  const std::string ours = source.module();
  if (rank_of(theirs) < 0 || rank_of(ours) < 0) {
    findings.push_back(
        {source.path, include.line, "core has no module " + (rank_of(ours) < 0 ? ours : theirs)});
  } else if (theirs != ours && rank_of(theirs) >= rank_of(ours)) {
    findings.push_back({source.path, include.line,
                        "core/" + ours + " comes before core/" + theirs + " and may not know it"});
  }
}

/// Libraries that belong to one folder alone.
std::string_view owner_of(std::string_view header) {
  if (header == "sqlite3.h") return "fakes";
  if (header.starts_with("CLI/")) return "tools";
  return "";
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

void arrows_are_kept(const Source& source, const Tree&, Findings& findings) {
  for (const Include& include : source.includes) {
    const bool is_own = reaches("tools", include.path);
    if (include.path.find("..") != include.path.npos || (include.angled && is_own)) {
      findings.push_back({source.path, include.line,
                          "\"" + include.path + "\": in quotes, from the project's root"});
    } else if (include.angled) {
      const std::string_view owner = owner_of(include.path);
      if (owner.empty() || owner == source.folder()) continue;
      findings.push_back({source.path, include.line,
                          "<" + include.path + "> belongs to " + std::string(owner) + " alone"});
    } else if (include.path.starts_with("google/")) {
      continue;  // imports of the protobuf language
    } else if (!reaches(source.folder(), include.path)) {
      findings.push_back({source.path, include.line,
                          source.folder() + " may not include \"" + include.path + "\""});
    } else if (source.folder() == "core") {
      check_module(source, include, findings);
    }
  }
}

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
