#pragma once

#include <fmt/format.h>
#include <vector>

#include "fakes/etcd/member.h"
#include "tests/fakes/etcd/etcd_world.h"

namespace shardlab::fakes::etcd {

/// An etcd of several members and two clients, each on a host of its own: `etcd-0`, `etcd-1`, ...
class ClusterWorld {
 public:
  explicit ClusterWorld(std::uint64_t seed = 1, int members = 3,
                        TopoClientOptions options = TopoClientOptions())
      : world(seed, sim::LatencyModel()),
        agreed(std::make_shared<AgreedLog>()),
        addresses(add_members(members)),
        a(world.add_host("a", "10.64.1.3"), options, addresses),
        b(world.add_host("b", "10.64.1.4"), options, addresses) {
    for (sim::Process* member : members_) member->start();
  }

  std::size_t size() const { return members_.size(); }
  sim::Process& member(std::size_t number) { return *members_[number]; }
  sim::HostDisk& disk(std::size_t number) { return *disks_[number]; }
  static std::string host(std::size_t number) { return fmt::format("etcd-{}", number); }
  static std::string address(std::size_t number) { return fmt::format("10.64.0.{}:2379", number); }
  EtcdMember* program(std::size_t number) {
    return static_cast<EtcdMember*>(members_[number]->program());
  }
  /// Of those that believe to lead the one that was elected last; none while nobody does.
  std::optional<std::size_t> leader() {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < size(); ++i) {
      if (!members_[i]->is_running() || !program(i)->is_leader()) continue;
      if (!found || host(i) == agreed->leader()) found = i;
    }
    return found;
  }
  std::size_t follower() { return (leader().value() + 1) % size(); }
  /// The names of all members but one.
  sim::HostNames others(std::size_t number) const {
    sim::HostNames names;
    for (std::size_t i = 0; i < size(); ++i) {
      if (i != number) names.insert(host(i));
    }
    return names;
  }
  std::unique_ptr<sim::Fault> cut_off(std::size_t number) {
    return std::make_unique<sim::Partition>(world.network(), sim::HostNames{host(number)},
                                            others(number));
  }

  /// Until there is a leader and the others know it. False when a minute is too short for that.
  bool run_until_led() {
    const TimePoint limit = world.now() + 1min;
    world.scheduler().run_until([this] { return leader().has_value(); }, limit);
    if (leader()) run_for(100ms);
    return leader().has_value();
  }
  /// Until everything that was spawned on that client has ended, at most an hour.
  bool run(TestClient& client) {
    const TimePoint limit = world.now() + 1h;
    world.scheduler().run_until([&] { return client.running == 0; }, limit);
    return client.running == 0;
  }
  bool run() {
    const TimePoint limit = world.now() + 1h;
    world.scheduler().run_until([this] { return a.running == 0 && b.running == 0; }, limit);
    return a.running == 0 && b.running == 0;
  }
  void run_for(Duration duration) {
    const TimePoint end = world.now() + duration;
    world.scheduler().at(end, [] {});
    world.scheduler().run_until([] { return false; }, end);
  }
  void crash_all() {
    for (sim::Process* member : members_) member->crash();
  }
  void start_all() {
    for (sim::Process* member : members_) member->restart();
  }

  sim::World world;
  std::shared_ptr<AgreedLog> agreed;

 private:
  std::string add_members(int members) {
    MemberOptions options;
    options.agreed = agreed;
    std::string all;
    for (int i = 0; i < members; ++i) options.ips.push_back(fmt::format("10.64.0.{}", i));
    for (int i = 0; i < members; ++i) {
      const auto number = static_cast<std::size_t>(i);
      sim::Host& machine = world.add_host(host(number), options.ips[number]);
      disks_.push_back(&machine.add_disk("data"));
      options.number = i;
      members_.push_back(
          &machine.add_process("etcd", etcd_member_program(options, *disks_.back())));
      all += (all.empty() ? "" : ",") + address(number);
    }
    return all;
  }

  std::vector<sim::HostDisk*> disks_;
  std::vector<sim::Process*> members_;

 public:
  std::string addresses;
  TestClient a;
  TestClient b;
};

}  // namespace shardlab::fakes::etcd
