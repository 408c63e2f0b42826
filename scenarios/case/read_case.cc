#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <limits>

#include "scenarios/case/case_file.h"
#include "scenarios/file/load.h"
#include "scenarios/file/merge.h"
#include "scenarios/file/read_steps.h"
#include "scenarios/file/section.h"

namespace shardlab::scenarios {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

FoundBy read_found_by(const Node& node) {
  const Section section(node, "\"found_by\"", {"scenario", "seed", "build", "date"});
  FoundBy by;
  section.read("scenario", by.scenario);
  by.seed = static_cast<std::uint64_t>(integer_of(section.need("seed"), 0, most));
  section.read("build", by.build);
  section.read("date", by.date);
  return by;
}

CaseSize read_size(const Node& node) {
  const Section section(node, "\"found\"", {"faults", "visits", "rows", "tablets"});
  const auto count = [&](std::string_view key) { return integer_of(section.need(key), 0, most); };
  CaseSize size;
  size.faults = static_cast<std::size_t>(count("faults"));
  size.visits = static_cast<std::size_t>(count("visits"));
  size.rows = count("rows");
  size.tablets = static_cast<std::size_t>(count("tablets"));
  return size;
}

/// `"network.latency" = [[17, 912]]`
sim::ChoiceTape read_draws(const Node& node) {
  constexpr std::int64_t most_draws = 100'000'000;
  sim::ChoiceTape tape;
  for (const Member& site : node.members) {
    std::int64_t next = 0;
    for (const Node& pair : list_of(site.value)) {
      if (list_of(pair).size() != 2) {
        fail_at(pair.place, "a draw is its number and its value", "for example [17, 912]");
      }
      const std::int64_t number = integer_of(pair.items[0], 0, most_draws);
      if (number < next) fail_at(pair.place, "draws stand in the order of their numbers");
      for (; next < number; ++next) tape.append(site.key, 1, 0);
      const auto value = static_cast<std::uint64_t>(integer_of(pair.items[1], 0, most));
      tape.append(site.key, value + 1, value);
      ++next;
    }
  }
  return tape;
}

sim::ChoiceTape read_draws_file(const Node& node) {
  const std::string path = path_beside(node.place.file->path, text_of(node));
  auto tape = sim::ChoiceTape::decode(read_file(path, node.place));
  if (!tape) fail_at(node.place, fmt::format("{}: {}", path, tape.error().message()));
  return std::move(*tape);
}

sim::Schedule read_schedule(const Node& node) {
  const auto schedule = sim::Schedule::parse(text_of(node));
  if (!schedule) fail_at(node.place, schedule.error().message());
  return *schedule;
}

void read_section(const Node& node, Case& out) {
  const Section section(node, "[case]",
                        {"found_by", "violates", "class", "because", "also", "trace", "events",
                         "schedule", "found", "draws", "draws_file", "test"});
  out.found_by = read_found_by(section.need("found_by"));
  section.read("test", out.found_by.test);
  out.failure.property = text_of(section.need("violates"));
  section.read("class", out.failure.violation_class);
  section.read("because", out.failure.sentence);
  if (const Node* also = section.find("also")) out.also = texts_of(*also);
  out.digest = text_of(section.need("trace"));
  if (const Node* events = section.find("events")) {
    out.events = static_cast<std::uint64_t>(integer_of(*events, 0, most));
  }
  if (const Node* schedule = section.find("schedule")) out.schedule = read_schedule(*schedule);
  if (const Node* found = section.find("found")) out.found = read_size(*found);
  if (const Node* draws = section.find("draws")) out.draws = read_draws(*draws);
  if (const Node* file = section.find("draws_file")) out.draws = read_draws_file(*file);
}

/// The path of what a file extends.
std::string base_of(const std::string& path) {
  const std::string content = read_file(path, Place{});
  const SourceFile file{path, split_lines(content)};
  const Node root = parse_document(file, content);
  const Node* extends = root.find("extends");
  return extends ? path_beside(path, text_of(*extends)) : path;
}

}  // namespace

Case load_case(const std::string& path) {
  auto texts = std::make_shared<StepTexts>();
  const Node tree = read_merged(path, texts->files);
  const Node* section = tree.find("case");
  if (!section) {
    fail_at(tree.place, "this is no case: it has no [case]",
            fmt::format("play a scenario with: shardlab run {}", path));
  }
  Case out;
  out.scenario = scenario_of(tree, std::move(texts));
  out.base = base_of(path);
  read_section(*section, out);
  return out;
}

}  // namespace shardlab::scenarios
