#include "scenarios/checks/rows_on_their_shard.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "scenarios/checks/placement.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

bool is_of_shard(const topodata::Tablet& tablet) {
  return tablet.type() == topodata::MASTER || tablet.type() == topodata::REPLICA ||
         tablet.type() == topodata::RDONLY;
}

/// The shard on which a message was seen first.
struct Owner {
  std::pair<std::uint64_t, std::uint64_t> key;  ///< page and time
  const std::string* shard;
};

/// Adds the messages of one more shard to the owners, both sorted; those that have one are shared.
void add_owners(std::vector<Owner>& owners, const std::vector<MessageRow>& rows,
                const std::string& shard, Findings& shared) {
  std::vector<Owner> all;
  all.reserve(owners.size() + rows.size());
  auto next = owners.begin();
  for (const MessageRow& row : rows) {
    const std::pair key(row.page, row.time_created_ns);
    while (next != owners.end() && next->key < key) all.push_back(*next++);
    const Owner* first = nullptr;
    if (next != owners.end() && next->key == key) {
      first = &*next;
    } else if (!all.empty() && all.back().key == key) {
      first = &all.back();
    }
    if (first) {
      shared.add(
          [&] { return fmt::format("{} on {} and {}", describe(row), *first->shard, shard); });
    } else {
      all.push_back({key, &shard});
    }
  }
  all.insert(all.end(), next, owners.end());
  owners = std::move(all);
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
      const Messages rows = world().messages(master, keyspace);
      if (rows) judge_ranges(keyspace, shard, master, *rows);
    }
    judge_shared_rows(keyspace);
  }
}

void RowsOnTheirShard::judge_ranges(const std::string& keyspace, const std::string& shard,
                                    const std::string& alias, const std::vector<MessageRow>& rows) {
  PagesInRange range{ShardRange(shard)};
  Findings strangers;
  for (const MessageRow& row : rows) {
    if (!range.contains(row.page)) strangers.add([&] { return describe(row); });
  }
  if (strangers.count == 0) return;
  violate(fmt::format("{} of {} rows on {} {} outside the key range of {}/{}", strangers.count,
                      rows.size(), alias, is_or_are(strangers.count), keyspace, shard),
          strangers.examples);
}

void RowsOnTheirShard::judge_shared_rows(const std::string& keyspace) {
  for (const std::string& cell : world().cells()) {
    const auto graph = serving_graph(world(), cell, keyspace);
    if (!graph) continue;
    for (const auto type : {topodata::MASTER, topodata::REPLICA, topodata::RDONLY}) {
      const std::vector<std::string> shards = shards_serving(*graph, type);
      std::vector<Owner> owners;
      Findings shared;
      for (const std::string& shard : shards) {
        const Messages rows = world().messages(master_of(world(), keyspace, shard), keyspace);
        if (rows) add_owners(owners, *rows, shard, shared);
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
    const Messages rows = world().messages(alias, tablet.keyspace());
    if (!rows) continue;
    judge_ranges(tablet.keyspace(), tablet.shard(), alias, *rows);
    judge_replica(tablet.keyspace(), tablet.shard(), alias, *rows);
  }
}

void RowsOnTheirShard::judge_replica(const std::string& keyspace, const std::string& shard,
                                     const std::string& alias,
                                     const std::vector<MessageRow>& rows) {
  const std::string master = master_of(world(), keyspace, shard);
  const Messages wanted = world().messages(master, keyspace);
  if (!wanted || *wanted == rows) return;
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
