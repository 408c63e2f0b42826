#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/fault_plan.h"

namespace shardlab::scenarios {

/// What can go wrong with a cluster and means nothing to the world below it.
enum class ClusterFault {
  restart,             ///< processes are killed and start again at once
  long_pause,          ///< processes stand still as with `pause`; drawn longer than leases live
  expire_leases,       ///< of an etcd: every lock and registration is gone
  drop_connections,    ///< a mysqld kills all its connections, as `KILL` for each would
  watch_cut,           ///< an etcd cancels all watches
  slow_etcd,           ///< an etcd takes longer for each request
  minority,            ///< a member of an etcd is cut off from the others; clients reach it
  silent_watch,        ///< an etcd does not tell its watchers what changes
  compaction,          ///< the same, and what they were not told is forgotten
  lost_answer,         ///< an etcd does what writes say and does not answer them
  etcd_gone,           ///< all members of an etcd are killed
  stop_replication,    ///< of a mysqld; started again at the end
  lag,                 ///< a mysqld applies late what it replicates
  read_only,           ///< a mysqld is set read-only by mistake; set back at the end
  kill_query,          ///< a mysqld kills statements
  cut_before_commit,   ///< a mysqld loses connections just in front of their commit
  cut_after_commit,    ///< a mysqld loses connections just behind it: nobody is told
  deadlock,            ///< somebody's transaction meets one of a stream, crosswise
  lock_wait,           ///< somebody locks a mysqld's tables; others wait for a time
  errant_transaction,  ///< a replica gets a transaction of its own; mended at the end
  purged_log,          ///< a mysqld forgets its binary log, again and again
  semi_sync_timeout,   ///< a mysqld waits for acknowledgements that nobody sends, for a time
  unsynced_crash,      ///< a mysqld does not sync its commits; the power fails at the end
  delayed_replica,     ///< a mysqld applies what it replicates so many seconds later
  hot_page,            ///< visitors all come to one page
  rush,                ///< so many times as many visitors come
  huge_message,        ///< visitors leave messages of that size
  slow_client,         ///< visitors take their time between two statements
  open_transaction,    ///< a visitor leaves a transaction open
  interrupt,           ///< the operator presses Ctrl-C
  command,             ///< a second operator types a command meanwhile
  out_of_turn,         ///< a second operator plays a step meanwhile
};

/// One kind of fault as scenario files name it.
struct FaultKindInfo {
  /// What a target of it may be.
  enum class Aim { host, host_or_process, disk, server, etcd, nobody };

  std::string_view name;   ///< `"power-loss"`
  std::string_view about;  ///< half a sentence for the list of kinds
  Aim aim = Aim::host;
  std::optional<sim::FaultKind> world{};
  std::optional<ClusterFault> cluster{};
  std::string_view amount{};  ///< the default as written: `"50ms"`; empty when it takes none
  sim::FaultUnit unit = sim::FaultUnit::none;  ///< of the amount of a cluster's fault

  bool has_peer() const { return world && sim::has_peer(*world); }
  /// It has happened at once and has no length.
  bool is_instant() const;
};

/// In the order in which people read them: processes, clocks, network, disks, etcd, MySQL,
/// visitors, operators.
const std::vector<FaultKindInfo>& fault_kinds();
/// Null for an unknown name.
const FaultKindInfo* find_fault_kind(std::string_view name);

/// As `parse_amount` takes it.
std::string format_amount(const FaultKindInfo& kind, std::int64_t amount);
/// The amount of a kind from its text: a time `"50ms"` in ns, `"300ppm"`, `"10x"`, `"64KiB"`,
/// `"3"`. Throws TextError.
std::int64_t parse_amount(const FaultKindInfo& kind, std::string_view text);

}  // namespace shardlab::scenarios
