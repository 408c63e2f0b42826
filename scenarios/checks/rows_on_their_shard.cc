#include "scenarios/checks/rows_on_their_shard.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "scenarios/checks/placement.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

std::string describe(const MessageRow& row) {
  return fmt::format("page {} time {} \"{}\"", row.page, row.time_created_ns, row.text);
}

bool is_of_shard(const topodata::Tablet& tablet) {
  return tablet.type() == topodata::MASTER || tablet.type() == topodata::REPLICA ||
         tablet.type() == topodata::RDONLY;
}

/// Rows of `left` that `right` lacks; both sorted.
Findings missing_in(const std::vector<MessageRow>& left, const std::vector<MessageRow>& right) {
  Findings findings;
  auto other = right.begin();
  for (const MessageRow& row : left) {
    while (other != right.end() && *other < row) ++other;
    if (other == right.end() || *other != row) findings.add([&] { return describe(row); });
  }
  return findings;
}

}  // namespace

void RowsOnTheirShard::command_ended(const CommandEnd& command) {
  if (!command.ok) return;
  if (command.name == "SplitClone" || command.name == "MigrateServedTypes") judge_masters();
}

void RowsOnTheirShard::judge_masters() {
  for (const std::string& keyspace : keyspace_names(world())) {
    for (const std::string& shard : shard_names(world(), keyspace)) {
      const std::string master = master_of(world(), keyspace, shard);
      const auto rows = messages_on(world(), master, keyspace);
      if (rows) judge_ranges(keyspace, shard, master, *rows);
    }
    judge_shared_rows(keyspace);
  }
}

void RowsOnTheirShard::judge_ranges(const std::string& keyspace, const std::string& shard,
                                    const std::string& alias, const std::vector<MessageRow>& rows) {
  const ShardRange range(shard);
  Findings strangers;
  for (const MessageRow& row : rows) {
    if (!range.contains_page(row.page)) strangers.add([&] { return describe(row); });
  }
  if (strangers.count == 0) return;
  violate(fmt::format("{} of {} rows on {} {} outside the key range of {}/{}", strangers.count,
                      rows.size(), alias, is_or_are(strangers.count), keyspace, shard),
          strangers.examples);
}

void RowsOnTheirShard::judge_shared_rows(const std::string& keyspace) {
  std::map<std::string, std::vector<MessageRow>> rows_of_shard;
  for (const std::string& cell : world().cells()) {
    const auto graph = serving_graph(world(), cell, keyspace);
    if (!graph) continue;
    for (const auto type : {topodata::MASTER, topodata::REPLICA, topodata::RDONLY}) {
      std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> owner;
      Findings shared;
      for (const std::string& shard : shards_serving(*graph, type)) {
        auto [found, is_new] = rows_of_shard.try_emplace(shard);
        if (is_new) {
          auto rows = messages_on(world(), master_of(world(), keyspace, shard), keyspace);
          if (rows) found->second = std::move(*rows);
        }
        for (const MessageRow& row : found->second) {
          const auto first = owner.try_emplace({row.page, row.time_created_ns}, shard);
          if (first.second) continue;
          shared.add([&] {
            return fmt::format("{} on {} and {}", describe(row), first.first->second, shard);
          });
        }
      }
      if (shared.count == 0) continue;
      violate(
          fmt::format("{} {} on two shards of {} that serve {} in {}", shared.count,
                      shared.count == 1 ? "row is" : "rows are", keyspace, lower_type(type), cell),
          shared.examples);
    }
  }
}

void RowsOnTheirShard::at_end() {
  judge_masters();
  for (const topodata::Tablet& tablet : tablet_records(world())) {
    const std::string alias = alias_of(tablet.alias());
    const std::string master = master_of(world(), tablet.keyspace(), tablet.shard());
    if (!is_of_shard(tablet) || alias == master || master.empty()) continue;
    const auto rows = messages_on(world(), alias, tablet.keyspace());
    if (!rows) continue;
    judge_ranges(tablet.keyspace(), tablet.shard(), alias, *rows);
    judge_replica(tablet.keyspace(), tablet.shard(), alias, *rows);
  }
}

void RowsOnTheirShard::judge_replica(const std::string& keyspace, const std::string& shard,
                                     const std::string& alias,
                                     const std::vector<MessageRow>& rows) {
  const std::string master = master_of(world(), keyspace, shard);
  const auto wanted = messages_on(world(), master, keyspace);
  if (!wanted) return;
  const Findings lacking = missing_in(*wanted, rows);
  const Findings extra = missing_in(rows, *wanted);
  if (lacking.count > 0) {
    violate(fmt::format("{} lacks {} of the {} rows of its master {}", alias, lacking.count,
                        wanted->size(), master),
            lacking.examples);
  }
  if (extra.count > 0) {
    violate(fmt::format("{} has {} {} that its master {} has not", alias, extra.count,
                        extra.count == 1 ? "row" : "rows", master),
            extra.examples);
  }
}

}  // namespace shardlab::scenarios
