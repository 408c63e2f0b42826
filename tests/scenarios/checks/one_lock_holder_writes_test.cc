#include "scenarios/checks/one_lock_holder_writes.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;
using shardlab::topodata::Shard;

namespace {

constexpr std::string_view graph = "/vitess/test/keyspaces/ks/SrvKeyspace";
constexpr std::string_view shard = "/vitess/global/keyspaces/ks/shards/0/Shard";

void show_write(OneLockHolderWrites& check, std::string_view path, std::string_view by,
                std::int64_t lock, bool deleted = false) {
  show(check, "TopoWritten",
       {{"path", path},
        {"revision", std::int64_t{42}},
        {"deleted", deleted},
        {"by", by},
        {"lock", lock}});
}

std::string bytes(bool serving, std::uint32_t master, int sources = 0, bool frozen = false) {
  Shard record;
  record.set_is_master_serving(serving);
  FakeWorld::set_alias(*record.mutable_master_alias(), master);
  for (int i = 1; i <= sources; ++i) record.add_source_shards()->set_uid(static_cast<unsigned>(i));
  if (frozen) record.add_tablet_controls()->set_frozen(true);
  return record.SerializeAsString();
}

LocksNeeded keyspace_lock() { return {.keyspace = true, .shard = false}; }
LocksNeeded shard_lock() { return {.keyspace = false, .shard = true}; }

}  // namespace

TEST_CASE("one-lock-holder-writes: what a change of a shard's record needs") {
  CHECK(locks_needed(std::nullopt, bytes(true, 100)) == keyspace_lock());
  CHECK(locks_needed(bytes(true, 100), std::nullopt) == keyspace_lock());
  CHECK(locks_needed(bytes(true, 100), bytes(false, 100)) == keyspace_lock());
  CHECK(locks_needed(bytes(true, 100), bytes(true, 100, 0, true)) == keyspace_lock());
  CHECK(locks_needed(bytes(true, 100, 1), bytes(true, 100)) == keyspace_lock());
  CHECK(locks_needed(bytes(true, 100), bytes(true, 101)) == shard_lock());
  // A worker names the sources that are followed.
  CHECK(locks_needed(bytes(true, 100), bytes(true, 100, 2)) == LocksNeeded());
}

TEST_CASE("one-lock-holder-writes: the holder may write, as long as its key is there") {
  FakeWorld world;
  OneLockHolderWrites check(world);
  show_write(check, "/vitess/test/keyspaces/ks/locks/7", "vtctld", 0);
  show_write(check, "/vitess/test/keyspaces/ks/locks/8", "vtctld-2", 0);
  show_write(check, graph, "vtctld", 7);
  CHECK(first_of(check) == "");
  show_write(check, "/vitess/test/keyspaces/ks/locks/7", "", 0, true);
  show_write(check, graph, "vtctld-2", 8);
  CHECK(first_of(check) == "");
  show_write(check, graph, "vtctld", 7);
  CHECK(first_of(check) ==
        "keyspaces/ks/SrvKeyspace in test was written by vtctld under a lock of keyspaces/ks that "
        "it had lost: vtctld-2 has it");
}

TEST_CASE("one-lock-holder-writes: who waits, has another lock or none must not write") {
  FakeWorld world;
  OneLockHolderWrites check(world);
  show_write(check, graph, "vtctld", 0);
  CHECK(first_of(check) ==
        "keyspaces/ks/SrvKeyspace in test was written by vtctld without the lock of keyspaces/ks, "
        "which nobody has");
  show_write(check, "/vitess/test/keyspaces/ks/locks/7", "vtctld", 0);
  show_write(check, "/vitess/test/keyspaces/ks/locks/8", "vtctld-2", 0);
  show_write(check, graph, "vtctld-2", 8);
  CHECK(check.violations().size() == 2);
  show_write(check, graph, "vtctld-2", 7);  // says that it has another's
  CHECK(check.violations().size() == 3);
}

TEST_CASE("one-lock-holder-writes: a shard's record is compared with the one before") {
  FakeWorld world;
  OneLockHolderWrites check(world);
  const auto write = [&](std::string record, std::string_view by, std::int64_t lock) {
    world.records[""]["keyspaces/ks/shards/0/Shard"] = std::move(record);
    show_write(check, shard, by, lock);
  };
  show_write(check, "/vitess/global/keyspaces/ks/locks/7", "vtctld", 0);
  show_write(check, "/vitess/global/keyspaces/ks/shards/0/locks/8", "vtctld", 0);
  write(bytes(true, 0), "vtctld", 7);
  write(bytes(true, 100), "vtctld", 8);
  write(bytes(true, 100, 1), "vtworker", 0);
  write(bytes(true, 100), "vtctld", 7);
  CHECK(first_of(check) == "");
  write(bytes(false, 100), "vtctld", 8);
  CHECK(check.violations().size() == 1);
  write(bytes(false, 101), "vtctld", 7);
  CHECK(check.violations().size() == 2);
}
