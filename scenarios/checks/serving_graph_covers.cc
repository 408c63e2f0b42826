#include "scenarios/checks/serving_graph_covers.h"

#include <algorithm>
#include <fmt/format.h>

#include "scenarios/checks/placement.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

struct NamedRange {
  std::string name;
  ShardRange range;
};

}  // namespace

std::string why_not_covering(const topodata::SrvKeyspace::KeyspacePartition& partition) {
  std::vector<NamedRange> shards;
  for (const auto& reference : partition.shard_references()) {
    const auto& range = reference.key_range();  // a missing one has no ends: everything
    shards.push_back({reference.name(), ShardRange(range.start(), range.end())});
    if (shards.back().range != ShardRange(reference.name())) {
      return fmt::format("{} is said to have {}-{}", reference.name(), hex(range.start()),
                         hex(range.end()));
    }
  }
  if (shards.empty()) return "it names no shard";
  std::stable_sort(shards.begin(), shards.end(),
                   [](const auto& a, const auto& b) { return a.range.start() < b.range.start(); });
  if (const std::string& first = shards.front().range.start(); !first.empty()) {
    return fmt::format("nobody has the start to {}", hex(first));
  }
  for (std::size_t i = 0; i + 1 < shards.size(); ++i) {
    const std::string& end = shards[i].range.end();
    const std::string& start = shards[i + 1].range.start();
    if (end.empty() || start < end) {
      return fmt::format("{} and {} overlap", shards[i].name, shards[i + 1].name);
    }
    if (end < start) return fmt::format("nobody has {} to {}", hex(end), hex(start));
  }
  if (const std::string& last = shards.back().range.end(); !last.empty()) {
    return fmt::format("nobody has {} to the end", hex(last));
  }
  return "";
}

void ServingGraphCovers::on_event(const sim::TraceEvent& event) {
  if (event.kind != "TopoWritten") return;
  const auto key = parse_topo_key(event.text("path"));
  if (!key) return;
  const auto keyspace = keyspace_of_serving_graph(key->path);
  if (keyspace) judge(key->cell, *keyspace, event.number_of("revision"));
}

void ServingGraphCovers::judge(const std::string& cell, const std::string& keyspace,
                               std::int64_t revision) {
  const std::string where =
      fmt::format("serving graph of {} in {} at revision {}", keyspace, cell, revision);
  const auto graph = serving_graph(world(), cell, keyspace);
  if (!graph) {
    if (!world().record("", "keyspaces/" + keyspace + "/Keyspace")) return;
    violate(where + " is gone, the keyspace is not");
    return;
  }
  for (const auto type : {topodata::MASTER, topodata::REPLICA, topodata::RDONLY}) {
    std::size_t partitions = 0;
    for (const auto& partition : graph->partitions()) {
      if (partition.served_type() != type) continue;
      ++partitions;
      const std::string reason = why_not_covering(partition);
      if (!reason.empty()) violate(fmt::format("{}, {}: {}", where, lower_type(type), reason));
    }
    if (partitions != 1) {
      violate(fmt::format("{} has {} partitions for {}", where, partitions, lower_type(type)));
    }
  }
}

}  // namespace shardlab::scenarios
