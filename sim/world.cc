#include "sim/world.h"

namespace shardlab::sim {

World::World(std::uint64_t seed, LatencyModel latency)
    : choices_(seed), scheduler_(start_time, trace_), network_(*this, latency) {}

World::~World() = default;

Host& World::add_host(std::string name, std::string ip) {
  auto host = std::make_unique<Host>(*this, name, ip);
  Host& added = *host;
  check(hosts_.emplace(std::move(name), std::move(host)).second, "two hosts have one name");
  check(hosts_by_ip_.emplace(std::move(ip), &added).second, "two hosts have one address");
  return added;
}

Host* World::find_host(std::string_view name) {
  auto found = hosts_.find(name);
  return found == hosts_.end() ? nullptr : found->second.get();
}

Host* World::find_host_by_ip(std::string_view ip) {
  auto found = hosts_by_ip_.find(ip);
  return found == hosts_by_ip_.end() ? nullptr : found->second;
}

}  // namespace shardlab::sim
