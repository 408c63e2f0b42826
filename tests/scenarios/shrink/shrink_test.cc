#include "scenarios/shrink/shrink.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <rapidcheck/catch.h>
#include <set>

#include "scenarios/cluster/host_names.h"
#include "scenarios/file/load.h"

namespace shardlab::scenarios {
namespace {

using Fails = std::function<bool(const Case&)>;

/// Asks a predicate instead of playing.
class FakeTrials final : public Trials {
 public:
  explicit FakeTrials(Fails fails) : fails_(std::move(fails)) {}

  std::size_t at_once() const override { return width; }
  bool is_over() const override { return tries >= most; }
  std::optional<Hit> first_failing(std::vector<Case> candidates) override {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      ++tries;
      if (!fails_(candidates[i])) continue;
      Hit hit;
      hit.index = i;
      hit.candidate = std::move(candidates[i]);
      return hit;
    }
    return std::nullopt;
  }
  void found_smaller(const Case& smaller) override {
    ++smaller_ones;
    CHECK(fails_(smaller));
  }

  std::size_t width = 2;
  std::size_t most = 1'000'000;
  std::size_t tries = 0;
  std::size_t smaller_ones = 0;

 private:
  Fails fails_;
};

FaultSpec a_fault(const std::string& id) {
  FaultSpec fault;
  fault.id = id;
  fault.kind = find_fault_kind("crash");
  fault.target = parse_target("master(test_keyspace/0)");
  fault.trigger.at = 1234ms;
  fault.length = 10s;
  return fault;
}

Case a_case(std::size_t faults, std::size_t visits) {
  Case made;
  made.scenario = load_scenario(SHARDLAB_SOURCE_DIR "/scenarios/files/guide-live.toml");
  for (std::size_t i = 0; i < faults; ++i) {
    made.scenario.faults.push_back(a_fault("fault-" + std::to_string(i)));
  }
  std::vector<Visit> list;
  for (std::size_t i = 0; i < visits; ++i) {
    Visit visit;
    visit.at = Duration(i * 37'000'001);
    visit.page = i;
    list.push_back(visit);
  }
  made.scenario.loads.front().visits = std::move(list);
  for (std::uint64_t i = 0; i < 300; ++i) made.draws.append("network.latency", 1000, i % 7);
  made.draws.append("schedule.next", 4, 3);
  return made;
}

const std::vector<Visit>& visits_in(const Case& what) {
  return *what.scenario.loads.front().visits;
}

bool has_fault(const Case& what, const std::string& id) {
  return std::ranges::count(what.scenario.faults, id, &FaultSpec::id) > 0;
}

bool has_page(const Case& what, std::uint64_t page) {
  return std::ranges::count(visits_in(what), page, &Visit::page) > 0;
}

TEST_CASE("Shrink: what has nothing to do with the failure goes") {
  FakeTrials trials([](const Case& what) { return has_fault(what, "fault-3"); });
  const Shrunk shrunk = shrink(a_case(8, 400), trials);
  CHECK(shrunk.is_minimal);
  REQUIRE(shrunk.smallest.scenario.faults.size() == 1);
  CHECK(shrunk.smallest.scenario.faults.front().id == "fault-3");
  CHECK(shrunk.smallest.scenario.faults.front().trigger.at == 1s);
  CHECK(visits_in(shrunk.smallest).empty());
  CHECK(shrunk.smallest.draws.sites().empty());
  CHECK(size_of(shrunk.smallest).rows == 0);
  CHECK(size_of(shrunk.smallest).tablets == 9);  // each shard with one of a kind
  CHECK(trials.tries < 120);
}

TEST_CASE("Shrink: any set of visits that is needed stays, and nothing beside it", "[property]") {
  rc::prop("needed visits", [] {
    const auto needed = *rc::gen::container<std::set<std::uint64_t>>(rc::gen::inRange(1, 200));
    const auto width = *rc::gen::inRange<std::size_t>(1, 5);
    FakeTrials trials([&](const Case& what) {
      return std::ranges::all_of(needed, [&](std::uint64_t page) { return has_page(what, page); });
    });
    trials.width = width;
    const Shrunk shrunk = shrink(a_case(2, 200), trials);
    RC_ASSERT(shrunk.is_minimal);
    RC_ASSERT(visits_in(shrunk.smallest).size() == needed.size());
    RC_ASSERT(shrunk.smallest.scenario.faults.empty());
  });
}

TEST_CASE("Shrink: parts that stand for each other are not both left out") {
  FakeTrials trials([](const Case& what) { return has_page(what, 10) || has_page(what, 90); });
  CHECK(visits_in(shrink(a_case(0, 100), trials).smallest).size() == 1);
}

TEST_CASE("Shrink: a fault that hangs on another goes with it, never without") {
  Case start = a_case(3, 0);
  start.scenario.faults[1].trigger.on = FaultTrigger::On::fault;
  start.scenario.faults[1].trigger.id = "fault-0";
  start.scenario.faults[2].target = parse_target("last(fault-1)");
  FakeTrials any([](const Case& what) {
    for (const FaultSpec& fault : what.scenario.faults) {
      if (fault.target.function == "last") CHECK(has_fault(what, fault.target.argument));
      if (!fault.trigger.id.empty()) CHECK(has_fault(what, fault.trigger.id));
    }
    return has_fault(what, "fault-2");
  });
  CHECK(shrink(start, any).smallest.scenario.faults.size() == 3);
  FakeTrials none([](const Case& what) { return has_fault(what, "fault-0"); });
  CHECK(shrink(start, none).smallest.scenario.faults.size() == 1);
}

TEST_CASE("Shrink: one draw that matters is found among hundreds") {
  FakeTrials trials([](const Case& what) {
    const auto* site = what.draws.find("network.latency");
    return site && site->values.size() > 132 && site->values[132] == 132 % 7;
  });
  const Shrunk shrunk = shrink(a_case(0, 0), trials);
  const auto& values = shrunk.smallest.draws.find("network.latency")->values;
  CHECK(std::ranges::count(values, 0U) == static_cast<std::ptrdiff_t>(values.size()) - 1);
  CHECK(shrunk.smallest.draws.find("schedule.next") == nullptr);
}

TEST_CASE("Shrink: without patience the best so far comes back, and says that it may get smaller") {
  FakeTrials trials([](const Case& what) { return has_page(what, 77); });
  trials.most = 6;
  const Shrunk shrunk = shrink(a_case(4, 200), trials);
  CHECK_FALSE(shrunk.is_minimal);
  CHECK(has_page(shrunk.smallest, 77));
  CHECK(trials.smaller_ones > 0);
  FakeTrials resumed([](const Case& what) { return has_page(what, 77); });
  CHECK(visits_in(shrink(shrunk.smallest, resumed).smallest).size() == 1);
}

TEST_CASE("Shrink: a fault never outlives the host that it names") {
  Case what = a_case(1, 0);
  const std::string last_rdonly = "test-0000000104";
  what.scenario.faults[0].target = parse_target(last_rdonly);
  FakeTrials trials([&](const Case& one) {
    const auto hosts = host_names(one.scenario);
    if (one.scenario.faults.empty()) return false;
    CHECK(std::ranges::find(hosts, last_rdonly) != hosts.end());
    return true;
  });
  const Shrunk shrunk = shrink(what, trials);
  CHECK(shrunk.smallest.scenario.keyspaces[0].shards[0].uids.size() == 5);
  CHECK(shrunk.smallest.scenario.sharded_template[0].uids.size() == 3);
}

TEST_CASE("Shrink: etcds get one member, unless a fault is about members") {
  const auto members_after = [](const std::string& target) {
    Case what = a_case(1, 0);
    what.scenario.faults[0].target = parse_target(target);
    what.scenario.cluster.etcd_global = what.scenario.cluster.etcd_per_cell = 3;
    FakeTrials trials([](const Case& one) { return !one.scenario.faults.empty(); });
    return shrink(what, trials).smallest.scenario.cluster.etcd_global;
  };
  CHECK(members_after("vtctld") == 1);
  CHECK(members_after("leader(global)") == 3);
  CHECK(members_after("etcd-test-2") == 3);
}

TEST_CASE("Shrink: tablets go shard by shard, down to one of a kind") {
  FakeTrials trials([](const Case& what) {
    return what.scenario.keyspaces.front().shards.front().rdonly >= 2 &&
           what.scenario.sharded_template.front().replica >= 3;
  });
  const Case smallest = shrink(a_case(0, 0), trials).smallest;
  const ShardSpec& source = smallest.scenario.keyspaces.front().shards.front();
  CHECK(source.replica == 2);
  CHECK(source.rdonly == 2);
  CHECK(source.uids == NumberRange{100, 103});
  for (const ShardSpec& target : smallest.scenario.sharded_template) {
    CHECK(target.replica == 3);
    CHECK(target.rdonly == 1);
    CHECK(target.uids.size() == 4);
  }
}

}  // namespace
}  // namespace shardlab::scenarios
