#include "scenarios/file/merge.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <iterator>

#include "scenarios/file/scenario_error.h"
#include "scenarios/file/section.h"

namespace shardlab::scenarios {

namespace {

constexpr std::int64_t kFormat = 1;

void check_format(const Node& root) {
  const Node* format = root.find("format");
  if (!format) {
    fail_at(root.place, "the file does not say its format",
            fmt::format("begin it with: format = {}", kFormat));
  }
  if (format->kind != Node::Kind::integer || format->number != kFormat) {
    fail_at(format->place, fmt::format("format {} is not known", format->text),
            fmt::format("this version reads format = {}", kFormat));
  }
}

/// Keys the format has and this version does not run: better said than taken for a slip of the pen.
void check_supported(const Node& root) {
  struct Later {
    std::string_view key, what;
  };
  constexpr Later later[] = {{"check", "[check] is not read yet: shardlab check takes --seeds"}};
  for (const Member& member : root.members) {
    for (const Later& one : later) {
      if (member.key != one.key) continue;
      fail_at(member.place, std::string(one.what),
              fmt::format("take \"{}\" out to run the scenario without", one.key));
    }
  }
}

void merge_into(Node& base, Node over);

const std::string* id_of(const Node& step) {
  const Node* id = step.kind == Node::Kind::table ? step.find("id") : nullptr;
  return id && id->kind == Node::Kind::text ? &id->text : nullptr;
}

void merge_steps(Node& base, Node over) {
  std::vector<Node*> open;
  for (Node& step : base.items) open.push_back(&step);
  std::vector<Node> appended;
  for (Node& step : over.items) {
    const std::string* id = id_of(step);
    const auto same = std::find_if(open.begin(), open.end(), [&](const Node* other) {
      const std::string* other_id = id_of(*other);
      return id && other_id && *id == *other_id;
    });
    if (same == open.end()) {
      appended.push_back(std::move(step));
    } else {
      merge_into(**same, std::move(step));
      open.erase(same);  // a second one with this id is a mistake, reported where ids are checked
    }
  }
  std::move(appended.begin(), appended.end(), std::back_inserter(base.items));
}

void merge_into(Node& base, Node over) {
  base.place = over.place;
  for (Member& member : over.members) {
    const auto same = std::find_if(base.members.begin(), base.members.end(),
                                   [&](const Member& other) { return other.key == member.key; });
    if (same == base.members.end()) {
      base.members.push_back(std::move(member));
    } else if (same->value.kind == Node::Kind::table && member.value.kind == Node::Kind::table) {
      same->place = member.place;
      merge_into(same->value, std::move(member.value));
    } else {
      *same = std::move(member);
    }
  }
}

void merge_file(Node& base, Node over) {
  Node* steps = base.find("step");
  Node* more = over.find("step");
  if (steps && more && steps->kind == Node::Kind::array && more->kind == Node::Kind::array) {
    merge_steps(*steps, std::move(*more));
    std::erase_if(over.members, [](const Member& member) { return member.key == "step"; });
  }
  merge_into(base, std::move(over));
}

Node read_chain(const std::string& path, const Place& asked_at, SourceFiles& files,
                std::vector<std::string>& chain) {
  const auto content = read_file(path, asked_at);
  const auto normal = std::filesystem::path(path).lexically_normal().string();
  const bool again = std::find(chain.begin(), chain.end(), normal) != chain.end();
  chain.push_back(normal);
  if (again)
    fail_at(asked_at, "the files extend each other in a circle",
            fmt::format("{}", fmt::join(chain, " -> ")));
  files.push_back(SourceFile{path, split_lines(content)});
  Node root = parse_document(files.back(), content);
  check_format(root);
  check_supported(root);
  const Node* extends = root.find("extends");
  if (!extends) return root;
  Node base = read_chain(path_beside(path, text_of(*extends)), extends->place, files, chain);
  std::erase_if(root.members, [](const Member& member) { return member.key == "extends"; });
  merge_file(base, std::move(root));
  return base;
}

}  // namespace

std::string read_file(const std::string& path, const Place& asked_at) {
  std::ifstream in(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  const bool readable = in.good() || (in.eof() && !in.bad());
  if (readable && !std::filesystem::is_directory(path)) return content;
  if (asked_at.file) fail_at(asked_at, fmt::format("cannot read the file \"{}\"", path));
  throw ScenarioError(Excerpt{path, 0, 0, 0, ""}, "cannot read the file", "");
}

std::string path_beside(const std::string& file, const std::string& relative) {
  return (std::filesystem::path(file).parent_path() / relative).lexically_normal().string();
}

Node read_merged(const std::string& path, SourceFiles& files) {
  std::vector<std::string> chain;
  return read_chain(path, Place{}, files, chain);
}

}  // namespace shardlab::scenarios
