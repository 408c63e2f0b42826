#include "core/discovery/tablet_stats.h"

#include <catch2/catch.hpp>

namespace shardlab::discovery {
namespace {

topodata::Tablet a_tablet(std::uint32_t uid, topodata::TabletType type) {
  topodata::Tablet tablet;
  tablet.mutable_alias()->set_cell("test");
  tablet.mutable_alias()->set_uid(uid);
  tablet.set_keyspace("test_keyspace");
  tablet.set_shard("0");
  tablet.set_type(type);
  return tablet;
}

topo::TabletAlias alias(std::uint32_t uid) { return topo::TabletAlias("test", uid); }

query::StreamHealthResponse a_message(topodata::TabletType type, bool serving,
                                      std::int64_t term = 0) {
  query::StreamHealthResponse message;
  message.mutable_target()->set_keyspace("test_keyspace");
  message.mutable_target()->set_shard("0");
  message.mutable_target()->set_tablet_type(type);
  message.set_serving(serving);
  message.set_master_term_start_time_ns(term);
  return message;
}

std::vector<std::uint32_t> uids(const TabletList& list) {
  std::vector<std::uint32_t> uids;
  for (const TabletStats* stats : list) uids.push_back(stats->tablet.alias().uid());
  return uids;
}

using Uids = std::vector<std::uint32_t>;

TEST_CASE("tablet stats: a tablet without a message is known, but neither healthy nor usable") {
  TabletStatsCache cache;
  cache.add(a_tablet(101, topodata::REPLICA));
  CHECK(uids(cache.tablets("test_keyspace", "0", topodata::REPLICA)) == Uids{101});
  CHECK(cache.healthy("test_keyspace", "0", topodata::REPLICA).empty());
  CHECK(cache.usable("test_keyspace", "0", topodata::REPLICA).empty());
}

TEST_CASE("tablet stats: a tablet is filed by what it says it is") {
  TabletStatsCache cache;
  cache.add(a_tablet(101, topodata::REPLICA));
  cache.update(alias(101), a_message(topodata::DRAINED, true));
  CHECK(cache.tablets("test_keyspace", "0", topodata::REPLICA).empty());
  CHECK(uids(cache.tablets("test_keyspace", "0", topodata::DRAINED)) == Uids{101});
  cache.add(a_tablet(101, topodata::REPLICA));
  CHECK(uids(cache.tablets("test_keyspace", "0", topodata::DRAINED)) == Uids{101});
}

TEST_CASE("tablet stats: of two primaries the one of the higher term is used, serving or not") {
  TabletStatsCache cache;
  cache.add(a_tablet(100, topodata::MASTER));
  cache.add(a_tablet(101, topodata::REPLICA));
  cache.update(alias(100), a_message(topodata::MASTER, true, 10));
  cache.update(alias(101), a_message(topodata::MASTER, false, 20));
  CHECK(uids(cache.usable("test_keyspace", "0", topodata::MASTER)) == Uids{101});
  cache.set_broken(alias(101), "gone");
  CHECK(uids(cache.usable("test_keyspace", "0", topodata::MASTER)) == Uids{101});
}

TEST_CASE("tablet stats: a tablet that does not serve is healthy, one with an error is not") {
  TabletStatsCache cache;
  for (std::uint32_t uid : {103, 104, 105, 106}) cache.add(a_tablet(uid, topodata::RDONLY));
  cache.update(alias(103), a_message(topodata::RDONLY, false));
  auto ill = a_message(topodata::RDONLY, true);
  ill.mutable_realtime_stats()->set_health_error("no replication");
  cache.update(alias(104), ill);
  auto lagged = a_message(topodata::RDONLY, true);
  lagged.mutable_realtime_stats()->set_seconds_behind_master(31);
  cache.update(alias(105), lagged);
  cache.update(alias(106), a_message(topodata::RDONLY, true));
  cache.set_broken(alias(106), "connection lost");
  CHECK(uids(cache.healthy("test_keyspace", "0", topodata::RDONLY)) == Uids{103});
  CHECK(uids(cache.usable("test_keyspace", "0", topodata::RDONLY)) == Uids{105});
}

TEST_CASE("tablet stats: a broken stream is forgiven by the next message") {
  TabletStatsCache cache;
  cache.add(a_tablet(101, topodata::REPLICA));
  cache.update(alias(101), a_message(topodata::REPLICA, true));
  cache.set_broken(alias(101), "connection lost");
  CHECK(cache.usable("test_keyspace", "0", topodata::REPLICA).empty());
  cache.update(alias(101), a_message(topodata::REPLICA, true));
  CHECK(uids(cache.usable("test_keyspace", "0", topodata::REPLICA)) == Uids{101});
}

TEST_CASE("tablet stats: a removed tablet takes no messages") {
  TabletStatsCache cache;
  cache.add(a_tablet(101, topodata::REPLICA));
  cache.remove(alias(101));
  CHECK_FALSE(cache.update(alias(101), a_message(topodata::REPLICA, true)));
  CHECK(cache.all().empty());
}

}  // namespace
}  // namespace shardlab::discovery
