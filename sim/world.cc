#include "sim/world.h"

namespace shardlab::sim {

namespace {

Choices make_choices(WorldOptions& options) {
  return options.choices ? std::move(*options.choices) : Choices(options.seed);
}

WorldOptions options_of(std::uint64_t seed, LatencyModel latency) {
  WorldOptions options;
  options.seed = seed;
  options.latency = latency;
  return options;
}

}  // namespace

World::World(WorldOptions options)
    : choices_(make_choices(options)),
      scheduler_(start_time, trace_, make_strategy(options.schedule, choices_)),
      network_(*this, options.latency),
      barriers_(*this) {}

World::World(std::uint64_t seed, LatencyModel latency) : World(options_of(seed, latency)) {}

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
