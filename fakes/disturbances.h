#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/time.h"
#include "sim/fault.h"

namespace shardlab::fakes {

/// What people can do to a server, or as visitors, from outside.
enum class Disturbance {
  kill_query,         ///< mysqld: so many statements end with 1317
  cut_before_commit,  ///< mysqld: so many connections end in front of their COMMIT
  cut_after_commit,   ///< mysqld: so many connections end behind their commit, before the answer
  refuse_write,       ///< mysqld: counts what it refuses because it is read-only
  late_apply,         ///< mysqld: a replica applies what is at least so many ns old
  slow_answer,        ///< etcd: each request takes so many ns longer
  lose_answer,        ///< etcd: so many writes take effect and are not answered
  hot_page,           ///< guestbook: all visitors come to the first page
  huge_message,       ///< guestbook: visitors leave messages of so many bytes
  slow_client,        ///< guestbook: so many ns between the statements of a visit
  rush,               ///< guestbook: so many times as many visitors
};

/// What is done to one server at the moment. Whoever builds the server keeps it, so that it lasts
/// over restarts; the server asks it and counts what came of it.
class Disturbances : public std::enable_shared_from_this<Disturbances> {
 public:
  /// In force as long as the fault lives. Of those that have a number, `amount` says how many.
  [[nodiscard]] std::unique_ptr<sim::Fault> add(Disturbance kind, std::int64_t amount);

  /// True when one of the kind is in force. Counts it, and uses one of its number up.
  bool take(Disturbance kind);
  /// The sum of the amounts of the kind in force.
  std::int64_t amount(Disturbance kind) const;
  /// They changed something, so many times.
  void count(Disturbance kind, std::uint64_t times = 1);

 private:
  class Entry;
  std::vector<Entry*> entries_;  ///< in force, in the order they came
};

}  // namespace shardlab::fakes
