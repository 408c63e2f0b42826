#include "scenarios/checks/topology_view.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "core/base/error.h"
#include "scenarios/checks/placement.h"

namespace shardlab::scenarios {
namespace {

template <class Record>
std::optional<Record> decoded(const std::optional<std::string>& bytes) {
  Record record;
  if (!bytes || !record.ParseFromString(*bytes)) return std::nullopt;
  return record;
}

/// The parts X of all paths `prefix + X + suffix`, X without a slash.
std::vector<std::string> names_between(const Observation& world, const std::string& cell,
                                       const std::string& prefix, std::string_view suffix) {
  std::vector<std::string> names;
  for (const std::string& path : world.paths(cell, prefix)) {
    if (path.size() < prefix.size() + suffix.size() || !path.ends_with(suffix)) continue;
    std::string name = path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
    if (name.find('/') == std::string::npos) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

std::optional<TopoKey> parse_topo_key(std::string_view key) {
  constexpr std::string_view root = "/vitess/";
  if (!key.starts_with(root)) return std::nullopt;
  key.remove_prefix(root.size());
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  TopoKey result;
  result.cell = key.substr(0, slash);
  if (result.cell == "global") result.cell.clear();
  result.path = key.substr(slash + 1);
  return result;
}

std::optional<std::string> keyspace_of_serving_graph(const std::string& path) {
  constexpr std::string_view prefix = "keyspaces/", suffix = "/SrvKeyspace";
  if (!path.starts_with(prefix) || !path.ends_with(suffix)) return std::nullopt;
  return path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
}

std::vector<std::string> keyspace_names(const Observation& world) {
  return names_between(world, "", "keyspaces/", "/Keyspace");
}

std::vector<std::string> shard_names(const Observation& world, const std::string& keyspace) {
  return names_between(world, "", "keyspaces/" + keyspace + "/shards/", "/Shard");
}

std::optional<topodata::Shard> shard_record(const Observation& world, const std::string& keyspace,
                                            const std::string& shard) {
  return decoded<topodata::Shard>(
      world.record("", fmt::format("keyspaces/{}/shards/{}/Shard", keyspace, shard)));
}

std::optional<topodata::SrvKeyspace> serving_graph(const Observation& world,
                                                   const std::string& cell,
                                                   const std::string& keyspace) {
  return decoded<topodata::SrvKeyspace>(
      world.record(cell, fmt::format("keyspaces/{}/SrvKeyspace", keyspace)));
}

std::vector<std::string> shards_serving(const topodata::SrvKeyspace& graph,
                                        topodata::TabletType type) {
  std::vector<std::string> names;
  for (const auto& partition : graph.partitions()) {
    if (partition.served_type() != type) continue;
    for (const auto& shard : partition.shard_references()) names.push_back(shard.name());
  }
  std::stable_sort(names.begin(), names.end(), [](const auto& a, const auto& b) {
    return ShardRange(a).start() < ShardRange(b).start();
  });
  return names;
}

std::vector<topodata::Tablet> tablet_records(const Observation& world) {
  std::vector<topodata::Tablet> tablets;
  for (const std::string& cell : world.cells()) {
    for (const std::string& alias : names_between(world, cell, "tablets/", "/Tablet")) {
      auto tablet = decoded<topodata::Tablet>(world.record(cell, "tablets/" + alias + "/Tablet"));
      if (tablet) tablets.push_back(std::move(*tablet));
    }
  }
  return tablets;
}

std::string alias_of(const topodata::TabletAlias& alias) {
  if (alias.cell().empty()) return "";
  return fmt::format("{}-{:010}", alias.cell(), alias.uid());
}

std::string master_of(const Observation& world, const std::string& keyspace,
                      const std::string& shard) {
  const auto record = shard_record(world, keyspace, shard);
  return record ? alias_of(record->master_alias()) : "";
}

std::string lower_type(topodata::TabletType type) {
  std::string name = topodata::TabletType_Name(type);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

std::uint64_t number_in(const Value& value) {
  std::uint64_t number = 0;
  const std::string& text = value.text();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  check(error == std::errc() && end == text.data() + text.size(), "a column holds no number");
  return number;
}

}  // namespace shardlab::scenarios
