#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `one-lock-holder-writes`: what must be written under a lock is written by its holder, as etcd
/// has it at that revision: the one whose key is the oldest in the directory's `locks/`.
/// - The keyspace's lock in that cell: every change of a serving graph.
/// - The keyspace's lock: a shard's record made or removed, who serves, what is frozen, whom it no
///   longer follows.
/// - The shard's lock: who its master is.
///
/// A worker names the sources of a new shard without a lock, as Vitess's does.
class OneLockHolderWrites final : public Check {
 public:
  static constexpr std::string_view check_name = "one-lock-holder-writes";
  explicit OneLockHolderWrites(const Observation& world) : Check(check_name, world) {}

 private:
  struct Waiter {
    std::string lease;  ///< the last part of its key
    std::string host;
  };
  /// A directory in the topology of a cell: `{"test", "keyspaces/ks"}`.
  using Directory = std::pair<std::string, std::string>;

  void on_event(const sim::TraceEvent& event) override;
  void lock_changed(const Directory& directory, std::string lease, const sim::TraceEvent& event);
  void shard_written(const std::string& path, const sim::TraceEvent& event);
  void judge(const Directory& directory, const std::string& path, const sim::TraceEvent& event);

  std::map<Directory, std::vector<Waiter>> queues_;  ///< the holder first
  std::map<std::string, std::string> shards_;        ///< last content by path
};

/// What a change of a shard's record needs.
struct LocksNeeded {
  bool keyspace = false;
  bool shard = false;
  friend bool operator==(const LocksNeeded&, const LocksNeeded&) = default;
};
/// The record's bytes before and after; none: there was no record, or there is none any more.
LocksNeeded locks_needed(const std::optional<std::string>& before,
                         const std::optional<std::string>& after);

}  // namespace shardlab::scenarios
