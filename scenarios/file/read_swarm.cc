#include "scenarios/file/read_swarm.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/key/key_range.h"
#include "scenarios/checks/placement.h"
#include "scenarios/file/topology.h"

namespace shardlab::scenarios {
namespace {

/// Numbers as a list, the calmest first.
void read_counts(const Section& section, std::string_view key, int at_least,
                 std::vector<int>& counts) {
  constexpr std::int64_t most = 20;
  const Node* given = section.find(key);
  if (!given) return;
  for (const Node& one : list_of(*given)) {
    counts.push_back(static_cast<int>(integer_of(one, at_least, most)));
  }
  if (counts.empty()) fail_at(given->place, fmt::format("\"{}\" has nothing to choose from", key));
}

/// Whether the shards follow one another from start to end.
bool cover(const ShardRange& range, const std::vector<std::string>& shards) {
  std::string at = range.start();
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const ShardRange shard(shards[i]);
    const bool is_last = i + 1 == shards.size();
    if (shard.start() != at || (!is_last && shard.end().empty())) return false;
    at = shard.end();
  }
  return !shards.empty() && at == range.end();
}

/// `"0"` or a key range such as `"-80"`.
std::string shard_of(const Node& node) {
  const std::string& name = text_of(node);
  if (name == "0" || key::is_key_range(name)) return name;
  fail_at(node.place, fmt::format("\"{}\" is no shard", name), "for example \"0\" or \"40-80\"");
}

Split read_split(const Node& node) {
  const Section section(node, "\"splits\"", {"source", "targets", "others"});
  Split split;
  split.source = shard_of(section.need("source"));
  for (const Node& one : list_of(section.need("targets"))) split.targets.push_back(shard_of(one));
  const Node* others = section.find("others");
  if (others) {
    for (const Node& one : list_of(*others)) split.others.push_back(shard_of(one));
  }
  if (split.targets.size() < 2 || !cover(ShardRange(split.source), split.targets)) {
    fail_at(section.need("targets").place,
            fmt::format("these are not the parts of \"{}\" in their order", split.source),
            "for example { source = \"-80\", targets = [\"-40\", \"40-80\"], others = [\"80-\"] }");
  }
  std::vector<std::string> all = split.others;
  all.push_back(split.source);
  std::ranges::sort(all, {}, [](const std::string& name) { return ShardRange(name).start(); });
  if (!cover(ShardRange("", ""), all)) {
    fail_at(others ? others->place : section.need("source").place,
            fmt::format("\"{}\" and \"others\" do not make a whole keyspace", split.source));
  }
  return split;
}

}  // namespace

void read_swarm(const Node& node, Scenario& scenario) {
  const Section section(node, "[swarm]",
                        {"splits", "replica", "rdonly", "cells", "vtgates", "etcd"});
  scenario.is_swarm = true;
  SwarmSpec& swarm = scenario.swarm;
  read_counts(section, "replica", 1, swarm.replica);
  read_counts(section, "rdonly", 1, swarm.rdonly);
  read_counts(section, "vtgates", 1, swarm.vtgates);
  read_counts(section, "etcd", 1, swarm.etcd);
  if (const Node* cells = section.find("cells")) {
    for (const Node& one : list_of(*cells)) {
      swarm.cells.push_back(texts_of(one));
      if (swarm.cells.back().empty()) fail_at(one.place, "a cluster needs at least one cell");
    }
  }
  const Node* splits = section.find("splits");
  if (!splits) return;
  for (const Node& one : list_of(*splits)) swarm.splits.push_back(read_split(one));
  Topology topology;
  for (const Split& split : swarm.splits) {
    topology.split = &split;
    with_topology(scenario, topology);
  }
}

}  // namespace shardlab::scenarios
