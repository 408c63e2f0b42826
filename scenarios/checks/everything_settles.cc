#include "scenarios/checks/everything_settles.h"

#include <charconv>
#include <fmt/format.h>

#include "core/proto/topodata.pb.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {

std::uint64_t gtid_sequence(std::string_view position) {
  std::uint64_t number = 0;
  const std::size_t dash = position.rfind('-');
  if (dash == std::string_view::npos) return 0;
  std::from_chars(position.data() + dash + 1, position.data() + position.size(), number);
  return number;
}

std::optional<std::uint64_t> position_of_server(const Observation& world,
                                                const std::string& alias) {
  const auto result = world.query(alias, "SELECT @@global.gtid_current_pos");
  if (!result) return std::nullopt;
  return gtid_sequence(result->rows.at(0).at(0).text());
}

void EverythingSettles::at_end() {
  judge_operations();
  for (const std::string& keyspace : keyspace_names(world())) {
    for (const std::string& shard : shard_names(world(), keyspace)) judge_streams(keyspace, shard);
  }
  for (const topodata::Tablet& tablet : tablet_records(world())) judge_replica(tablet);
}

void EverythingSettles::judge_operations() {
  if (!world().is_running("guestbook", "guestbook")) return;  // it has hung up on the others
  Findings open;
  for (const auto& operation : world().ledger().operations()) {
    if (operation.outcome != fakes::guestbook::Outcome::pending) continue;
    open.add([&] {
      return fmt::format("operation {}: {} of page {}", operation.id, to_string(operation.kind),
                         operation.page);
    });
  }
  if (open.count == 0) return;
  violate(fmt::format("{} {} of visitors {} not answered", open.count,
                      open.count == 1 ? "request" : "requests", is_or_are(open.count)),
          open.examples);
}

void EverythingSettles::judge_streams(const std::string& keyspace, const std::string& shard) {
  const auto record = shard_record(world(), keyspace, shard);
  if (!record || record->source_shards_size() == 0) return;
  const std::string master = alias_of(record->master_alias());
  for (const auto& source : record->source_shards()) {
    const std::string source_master = master_of(world(), source.keyspace(), source.shard());
    const auto wanted = position_of_server(world(), source_master);
    const auto stream = world().query(
        master, fmt::format("SELECT pos, state, workflow FROM `_vt`.`vreplication` WHERE id = {}",
                            source.uid()));
    if (!wanted || !stream || stream->rows.empty()) continue;
    // The way back is prepared by a migration and stands until somebody wants it.
    const Row& row = stream->rows[0];
    if (row.at(2).text() == "ReversedResharding" && row.at(1).text() == "Stopped") continue;
    const std::string position = stream->rows[0].at(0).text();
    if (gtid_sequence(position) >= *wanted) continue;
    violate(fmt::format("stream {} on {} stands at {}, its source {} at transaction {}",
                        source.uid(), master, position, source_master, *wanted));
  }
}

void EverythingSettles::judge_replica(const topodata::Tablet& tablet) {
  const std::string alias = alias_of(tablet.alias());
  if (tablet.type() != topodata::REPLICA && tablet.type() != topodata::RDONLY) return;
  if (!world().is_running(alias, "mysqld")) return;
  const std::string master = master_of(world(), tablet.keyspace(), tablet.shard());
  const auto wanted = position_of_server(world(), master);
  const auto found = position_of_server(world(), alias);
  if (!wanted || !found || *found >= *wanted) return;
  violate(fmt::format("{} stands at transaction {}, its master {} at {}", alias, *found, master,
                      *wanted));
}

}  // namespace shardlab::scenarios
