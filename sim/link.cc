#include "sim/link.h"

#include <algorithm>

#include "sim/host.h"

namespace shardlab::sim {

Link& Links::link(std::string_view from, std::string_view to) {
  if (Link* own = find(from, to)) return *own;
  Link made{.latency = from == to ? Latency::constant(model_.loopback) : model_.between_hosts};
  return links_[std::string(from)].emplace(to, made).first->second;
}

Link* Links::find(const Host* from, const Host* to) {
  return from && to ? find(from->name(), to->name()) : nullptr;
}

Link* Links::find(std::string_view from, std::string_view to) {
  const auto starts = links_.find(from);
  if (starts == links_.end()) return nullptr;
  const auto ends = starts->second.find(to);
  return ends == starts->second.end() ? nullptr : &ends->second;
}

Duration Links::own_travel_time(Link& link, Choices& choices, TimePoint now, std::size_t bytes) {
  const Duration latency = link.latency.draw(choices);
  if (link.bytes_per_second == 0) return latency;
  constexpr std::uint64_t second = 1'000'000'000;
  const std::uint64_t rate = link.bytes_per_second;
  const std::uint64_t ns = bytes / rate * second + (bytes % rate * second + rate - 1) / rate;
  link.busy_until = std::max(link.busy_until, now) + Duration(static_cast<std::int64_t>(ns));
  return link.busy_until - now + latency;
}

}  // namespace shardlab::sim
