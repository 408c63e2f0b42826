#include "scenarios/faults/target.h"

#include <catch2/catch.hpp>

#include "scenarios/text/text_error.h"
#include "tests/scenarios/checks/fake_world.h"

namespace shardlab::scenarios {
namespace {

using Hosts = std::vector<std::string>;

TEST_CASE("Fault target: is printed as it was read") {
  for (const char* text :
       {"vtctld", "test-0000000100/mysqld", "master(ks/0)", "last(die)", "drained(ks/-80)/vttablet",
        "etcd(global)", "leader(global)", "follower(test)/etcd", "vtgate(test)"}) {
    CAPTURE(text);
    CHECK(parse_target(text).text() == text);
  }
}

TEST_CASE("Fault target: what is none is an error at its place") {
  struct Case {
    const char* text;
    std::size_t offset;
  };
  const Case cases[] = {{"primary(ks/0)", 0},  {"master(ks/0", 6}, {"master(ks)", 7},
                        {"etcd(ks/0)", 5},     {"master()", 7},    {"master(ks/0)mysqld", 12},
                        {"master(ks/0)/", 12}, {"vtctld/mysq", 7}};
  for (const Case& one : cases) {
    CAPTURE(one.text);
    try {
      parse_target(one.text);
      FAIL("it was taken");
    } catch (const TextError& error) {
      CHECK(error.offset == one.offset);
    }
  }
}

TEST_CASE("Fault target: tablets are what their records say at that moment") {
  FakeWorld world;
  world.add_shard("0", 100).add_shard("-80", 200);
  world.add_tablet(101, "0", topodata::REPLICA).add_tablet(103, "0", topodata::RDONLY);
  const Hosts all{"etcd-global", "etcd-test", "vtgate-test-1", "vtgate-test-2", "vtctld"};
  const auto hosts = [&](std::string_view text) {
    return hosts_of(parse_target(text), world, all);
  };
  CHECK(hosts("master(ks/0)") == Hosts{"test-0000000100"});
  CHECK(hosts("replica(ks/0)") == Hosts{"test-0000000101"});
  CHECK(hosts("tablet(ks/0)") == Hosts{"test-0000000100", "test-0000000101", "test-0000000103"});
  CHECK(hosts("drained(ks/0)").empty());
  world.add_tablet(103, "0", topodata::DRAINED);
  CHECK(hosts("drained(ks/0)") == Hosts{"test-0000000103"});
  CHECK(hosts("rdonly(ks/0)").empty());
  CHECK(hosts("vtgate(test)") == Hosts{"vtgate-test-1", "vtgate-test-2"});
  CHECK(hosts("etcd(global)") == Hosts{"etcd-global"});
  CHECK(hosts("vtctld") == Hosts{"vtctld"});
}

TEST_CASE("Fault target: members of an etcd, the one that leads, and those that do not") {
  FakeWorld world;
  world.leader = "etcd-global-2";
  const Hosts all{"etcd-global-1", "etcd-global-2", "etcd-global-3", "etcd-test", "etcd-testing"};
  const auto hosts = [&](std::string_view text) {
    return hosts_of(parse_target(text), world, all);
  };
  CHECK(hosts("etcd(global)") == Hosts{"etcd-global-1", "etcd-global-2", "etcd-global-3"});
  CHECK(hosts("leader(global)") == Hosts{"etcd-global-2"});
  CHECK(hosts("follower(global)") == Hosts{"etcd-global-1", "etcd-global-3"});
  CHECK(hosts("etcd-global-3") == Hosts{"etcd-global-3"});
  CHECK(hosts("etcd(test)") == Hosts{"etcd-test"});
  world.leader.reset();
  CHECK(hosts("leader(global)").empty());
}

}  // namespace
}  // namespace shardlab::scenarios
