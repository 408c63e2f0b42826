#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/checks/observation.h"
#include "scenarios/file/scenario_error.h"

namespace shardlab::scenarios {

/// Whom a fault is about, as written; who that is comes out when the fault begins.
///
/// | written | stands for |
/// |---|---|
/// | `vtctld`, `test-0000000100`, `etcd-global`, `vtgate-test-1` | that host |
/// | `master(ks/0)`, `replica(ks/0)`, `rdonly(ks/0)`, `drained(ks/0)` | tablets recorded as such |
/// | `tablet(ks/0)` | any tablet of the shard |
/// | `vtgate(test)`, `etcd(test)`, `etcd(global)` | of the cell |
/// | `leader(global)`, `follower(test)` | that member, or those, of the cell's etcd |
/// | `last(ID)` | whom that fault hit last |
/// | `.../mysqld`, `.../vttablet` | that process of it alone |
struct FaultTarget {
  std::string function;  ///< `"master"`; empty for a host
  std::string argument;  ///< `"ks/0"`, or the host
  std::string process;   ///< `"mysqld"`, or empty for the whole host

  std::string text() const;
};

/// Is it about an etcd, by a function: `etcd(global)`, `leader(test)`.
bool is_about_etcd(const FaultTarget& target);
/// Throws TextError.
FaultTarget parse_target(std::string_view text);

/// The hosts it stands for now, sorted; not for `last`. Empty when there is none at the moment.
std::vector<std::string> hosts_of(const FaultTarget& target, const Observation& world,
                                  const std::vector<std::string>& all_hosts);

}  // namespace shardlab::scenarios
