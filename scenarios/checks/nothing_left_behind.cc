#include "scenarios/checks/nothing_left_behind.h"

#include <fmt/format.h>
#include <set>

#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {

void NothingLeftBehind::at_end() {
  judge_locks("");
  for (const std::string& cell : world().cells()) judge_locks(cell);
  for (const topodata::Tablet& tablet : tablet_records(world())) {
    if (tablet.type() != topodata::DRAINED) continue;
    violate(fmt::format("{} is drained", alias_of(tablet.alias())));
  }
  for (const std::string& keyspace : keyspace_names(world())) {
    for (const std::string& shard : shard_names(world(), keyspace)) judge_streams(keyspace, shard);
  }
}

void NothingLeftBehind::judge_locks(const std::string& cell) {
  for (const std::string& path : world().paths(cell, "")) {
    if (path.find("/locks/") == std::string::npos) continue;
    violate(
        fmt::format("a lock is left in {}: {}", cell.empty() ? "the global topology" : cell, path));
  }
}

void NothingLeftBehind::judge_streams(const std::string& keyspace, const std::string& shard) {
  const auto record = shard_record(world(), keyspace, shard);
  if (!record) return;
  const std::string master = alias_of(record->master_alias());
  const auto streams = world().query(master, "SELECT id, state FROM `_vt`.`vreplication`");
  if (!streams) return;
  std::set<std::string> there;
  for (const Row& row : streams->rows) there.insert(row[0].text());
  for (const auto& source : record->source_shards()) {
    if (there.contains(std::to_string(source.uid()))) continue;
    violate(fmt::format("the record of {}/{} names stream {}, which {} does not have", keyspace,
                        shard, source.uid(), master));
  }
  if (record->source_shards_size() > 0) return;
  for (const Row& row : streams->rows) {
    violate(fmt::format("stream {} ({}) is left on {}, the master of {}/{}", row[0].text(),
                        row[1].text(), master, keyspace, shard));
  }
}

}  // namespace shardlab::scenarios
