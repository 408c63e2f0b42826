#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/latency.h"

namespace shardlab::sim {

class Host;

/// The way from one host to another.
struct Link {
  Latency latency;
  /// 0 for no limit. A message of n bytes occupies the link for n / bytes_per_second, rounded up to
  /// a nanosecond; it begins when the bytes sent before have gone, whoever sent them.
  std::uint64_t bytes_per_second = 0;
  TimePoint busy_until{};
};

/// All ways between hosts. Those without a link of their own share one latency and have no limit.
class Links {
 public:
  explicit Links(LatencyModel model) : model_(model) {}

  /// The link of its own from one host to another, made when missing, with the shared latency.
  /// A host's link to itself is its loopback.
  Link& link(std::string_view from, std::string_view to);

  /// How long a message of that many bytes, sent now, takes. Occupies the link.
  Duration travel_time(Choices& choices, TimePoint now, const Host* from, const Host* to,
                       std::size_t bytes) {
    if (!links_.empty()) {
      if (Link* own = find(from, to)) return own_travel_time(*own, choices, now, bytes);
    }
    return from == to ? model_.loopback : model_.between_hosts.draw(choices);
  }

 private:
  Link* find(const Host* from, const Host* to);
  Link* find(std::string_view from, std::string_view to);
  static Duration own_travel_time(Link& link, Choices& choices, TimePoint now, std::size_t bytes);

  LatencyModel model_;
  std::map<std::string, std::map<std::string, Link, std::less<>>, std::less<>> links_;
};

}  // namespace shardlab::sim
