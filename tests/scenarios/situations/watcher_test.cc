// Patterns, and situations of each theme on events as runs record them.
#include "scenarios/situations/watcher.h"

#include <catch2/catch.hpp>

#include "scenarios/situations/words.h"
#include "tests/scenarios/situations/watched.h"

using namespace shardlab::scenarios;
using namespace shardlab::scenarios::situations;
using shardlab::BugError;
using shardlab::Value;
using shardlab::fakes::guestbook::Outcome;

namespace {

/// A split under way: masters 100 (source), 200 and 300, a replica 101, a drained tablet 104.
FakeWorld a_split() {
  FakeWorld world;
  world.add_shard("0", 100).add_shard("-80", 200, {"0"}).add_shard("80-", 300, {"0"});
  world.add_tablet(101, "0", shardlab::topodata::REPLICA);
  world.add_tablet(104, "0", shardlab::topodata::DRAINED);
  return world;
}

/// A watcher of one situation, when the operator has typed his first command.
Watcher watch(const FakeWorld& world, std::string_view name) {
  Watcher watcher(world);
  watcher.watch(name);
  show_command(watcher, "ApplyVSchema", "ks");
  show_command_end(watcher, "ApplyVSchema", "ks");
  return watcher;
}

void answer(Watcher& watcher, const shardlab::fakes::guestbook::Operation& operation) {
  show(watcher, "GuestbookAnswered", {{"id", operation.id}});
}

constexpr auto step = EventKind::migration_step_done;

}  // namespace

TEST_CASE("pattern: one happening is reached by the event, by no other") {
  const FakeWorld world = a_split();
  Watcher watcher = watch(world, "frozen-reached");
  show_step(watcher, "source-readonly");
  show_step(watcher, "frozen", "replica");
  CHECK_FALSE(watcher.has_reached("frozen-reached"));
  show_step(watcher, "frozen");
  CHECK(watcher.has_reached("frozen-reached"));
}

TEST_CASE("pattern: in order means in that order, whatever comes between") {
  const FakeWorld world = a_split();
  const Situation situation{"a-then-b", "", in_order(cutover_step("a"), cutover_step("b"))};
  Watcher watcher(world);
  watcher.watch(situation);
  for (const char* name : {"b", "a", "c"}) show_step(watcher, name);
  CHECK_FALSE(watcher.has_reached("a-then-b"));
  show_step(watcher, "b");
  CHECK(watcher.has_reached("a-then-b"));
}

TEST_CASE("pattern: between begins anew when the end comes first") {
  const FakeWorld world = a_split();
  const Situation situation{"c-in-a-b", "",
                            between(cutover_step("a"), cutover_step("b"), cutover_step("c"))};
  Watcher watcher(world);
  watcher.watch(situation);
  for (const char* name : {"c", "a", "b", "c"}) show_step(watcher, name);
  CHECK_FALSE(watcher.has_reached("c-in-a-b"));
  for (const char* name : {"a", "c"}) show_step(watcher, name);
  CHECK(watcher.has_reached("c-in-a-b"));
}

TEST_CASE("pattern: conditions are joined by and, or, not") {
  const FakeWorld world = a_split();
  const Condition yes = [](const Moment&) { return true; };
  const Situation reached{"yes", "", step && (yes && !(!yes)) && (!yes || yes)};
  const Situation never{"no", "", step && yes && !yes};
  Watcher watcher(world);
  watcher.watch(reached);
  watcher.watch(never);
  show_step(watcher, "frozen");
  CHECK(watcher.has_reached("yes"));
  CHECK_FALSE(watcher.has_reached("no"));
}

TEST_CASE("watcher: an unknown name is a mistake of the caller") {
  const FakeWorld world = a_split();
  Watcher watcher(world);
  CHECK_THROWS_AS(watcher.watch("no-such-situation"), BugError);
}

TEST_CASE("cutover: the old master is killed before or after the point of no return") {
  for (const bool is_frozen : {false, true}) {
    const FakeWorld world = a_split();
    Watcher watcher = watch(world, "source-master-killed-before-freeze");
    watcher.watch("source-master-killed-after-freeze");
    show_step(watcher, "source-readonly");
    if (is_frozen) show_step(watcher, "frozen");
    kill(watcher, "test-0000000200", "mysqld");
    show(watcher, "ProcessCrashed", {}, "test-0000000100", "mysqld");  // by no fault
    CHECK_FALSE(watcher.has_reached("source-master-killed-before-freeze"));
    kill(watcher, "test-0000000100", "mysqld");
    CHECK(watcher.has_reached("source-master-killed-before-freeze") == !is_frozen);
    CHECK(watcher.has_reached("source-master-killed-after-freeze") == is_frozen);
  }
}

TEST_CASE("cutover: a target lags when its stream is behind at the write stop") {
  for (const bool lags : {false, true}) {
    FakeWorld world = a_split();
    world.positions["test-0000000100"] = "0-100-20";
    world.streams["test-0000000200"] = {
        {Value::of_text(lags ? "MariaDB/0-100-19" : "MariaDB/0-100-20")}};
    Watcher watcher = watch(world, "lag-nonzero-at-cutover");
    show_step(watcher, "source-readonly");
    CHECK(watcher.has_reached("lag-nonzero-at-cutover") == lags);
  }
}

TEST_CASE("cutover: completed by another run only when it failed behind the point of no return") {
  for (const bool fails : {false, true}) {
    const FakeWorld world = a_split();
    Watcher watcher = watch(world, "cutover-completed-by-rerun");
    show_step(watcher, "frozen");
    if (fails) show_command_end(watcher, "MigrateServedTypes", "ks/0 master", 1);
    show_step(watcher, "done");
    CHECK(watcher.has_reached("cutover-completed-by-rerun") == fails);
  }
}

TEST_CASE("cutover: writes that are refused count while nobody takes any") {
  for (const bool too_late : {false, true}) {
    FakeWorld world = a_split();
    Watcher watcher = watch(world, "write-refused-at-cutover");
    show_step(watcher, "source-readonly");
    if (too_late) show_step(watcher, "graph-migrated");
    answer(watcher, world.write(1, "hello", Outcome::refused));
    CHECK(watcher.has_reached("write-refused-at-cutover") == !too_late);
  }
}

TEST_CASE("clone: its drained tablet is killed while it copies, or at another time") {
  for (const std::string_view state : {"initializing", "cloning the data (offline)"}) {
    const FakeWorld world = a_split();
    Watcher watcher = watch(world, "copy-drained-tablet-killed");
    show_command(watcher, "SplitClone", "ks/0");
    show(watcher, "WorkerStateChanged",
         {{"job", std::string_view("SplitClone")}, {"state", state}});
    kill(watcher, "test-0000000101", "vttablet");
    CHECK_FALSE(watcher.has_reached("copy-drained-tablet-killed"));
    kill(watcher, "test-0000000104", "vttablet");
    CHECK(watcher.has_reached("copy-drained-tablet-killed") == (state != "initializing"));
  }
}

TEST_CASE("topology: vtctld is killed with a lock, or after it has given it back") {
  for (const bool gives_back : {false, true}) {
    const FakeWorld world = a_split();
    const std::string_view path = "/vitess/global/keyspaces/ks";
    Watcher watcher = watch(world, "lock-holder-killed");
    show(watcher, "LockTaken", {{"path", path}}, "vtctld", "vtctld");
    if (gives_back) show(watcher, "LockReleased", {{"path", path}}, "vtctld", "vtctld");
    kill(watcher, "vtctld", "vtctld");
    CHECK(watcher.has_reached("lock-holder-killed") == !gives_back);
  }
}

TEST_CASE("operators: a third try is one after two failures of the same command") {
  const FakeWorld world = a_split();
  Watcher watcher = watch(world, "third-try");
  for (const std::int64_t status : {1, 1}) {
    show_command(watcher, "SplitDiff", "ks/-80");
    show_command_end(watcher, "SplitDiff", "ks/-80", status);
  }
  show_command(watcher, "SplitDiff", "ks/80-");
  show_command_end(watcher, "SplitDiff", "ks/80-");
  CHECK_FALSE(watcher.has_reached("third-try"));
  show_command(watcher, "SplitDiff", "ks/-80");
  show_command_end(watcher, "SplitDiff", "ks/-80");
  CHECK(watcher.has_reached("third-try"));
}

TEST_CASE("visitors: a replica read is stale without a message acknowledged before it") {
  for (const std::size_t rows : {1, 2}) {
    FakeWorld world = a_split();
    world.initial = {MessageRow(1, 5, "old")};
    world.write(1, "new", Outcome::acknowledged, 0, 10);
    world.read(1, Outcome::ok, 5, 20, 1);  // began before the acknowledgement
    world.read(1, Outcome::ok, 11, 20, rows);
    Watcher watcher = watch(world, "replica-read-stale");
    watcher.at_end();
    CHECK(watcher.has_reached("replica-read-stale") == (rows == 1));
  }
}

TEST_CASE("visitors: a write whose answer was lost is in the data or not") {
  for (const bool is_there : {false, true}) {
    FakeWorld world = a_split();
    const auto write = world.write(1, "hello", Outcome::unknown);
    if (is_there) world.messages["test-0000000200"] = {row_of(write)};
    Watcher watcher = watch(world, "unknown-write-is-there");
    watcher.watch("unknown-write-is-not-there");
    watcher.at_end();
    CHECK(watcher.has_reached("unknown-write-is-there") == is_there);
    CHECK(watcher.has_reached("unknown-write-is-not-there") == !is_there);
  }
}

TEST_CASE("faults: the part in which a fault began counts, and only with an effect") {
  const FakeWorld world = a_split();
  Watcher watcher = watch(world, "network-fault-in-clone");
  watcher.watch("network-fault-in-diff");
  show_command(watcher, "SplitClone", "ks/0");
  show_fault(watcher, "partition", "vtctld | etcd-global");
  show_fault(watcher, "clog", "vtctld > etcd-global");
  show_command(watcher, "SplitDiff", "ks/-80");
  show_fault_end(watcher, "clog", "vtctld > etcd-global", 0);
  CHECK_FALSE(watcher.has_reached("network-fault-in-clone"));
  show_fault_end(watcher, "partition", "vtctld | etcd-global");
  CHECK(watcher.has_reached("network-fault-in-clone"));
  CHECK_FALSE(watcher.has_reached("network-fault-in-diff"));
}

TEST_CASE("streams: what reads from a tablet that is killed, and who was named in a fault") {
  FakeWorld world = a_split();
  Watcher watcher = watch(world, "stream-source-cut-off");
  watcher.watch("stream-retries");
  show_fault(watcher, "partition", "test-0000000100 | etcd-test");
  CHECK_FALSE(watcher.has_reached("stream-source-cut-off"));
  show(watcher, "VReplicationStreamStateChanged",
       {{"state", std::string_view("Running")}, {"source", std::string_view("10.64.0.5:15002")}},
       "test-0000000200", "vttablet");
  show_fault(watcher, "partition", "test-00000001000 | etcd-test");  // another host
  CHECK_FALSE(watcher.has_reached("stream-source-cut-off"));
  show_fault(watcher, "partition", "etcd-test > test-0000000100");
  CHECK(watcher.has_reached("stream-source-cut-off"));
  CHECK_FALSE(watcher.has_reached("stream-retries"));
}
