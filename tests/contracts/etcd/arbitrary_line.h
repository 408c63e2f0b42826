#pragma once

#include <cstdint>
#include <string>

namespace shardlab::fakes::etcd {

/// A line of a script, the same for the same number. The lines of a sequence get in each other's
/// way: few keys, few leases, low revisions.
std::string arbitrary_line(std::uint64_t number);

}  // namespace shardlab::fakes::etcd
