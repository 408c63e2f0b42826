#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "scenarios/checks/topology_view.h"
#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {
namespace {

using fakes::guestbook::Operation;
using fakes::guestbook::OperationKind;
using fakes::guestbook::Outcome;

/// A read of a replica shows fewer messages than were acknowledged before it asked.
bool some_replica_read_is_stale(const Observation& world) {
  std::map<std::uint64_t, std::size_t> there;
  for (const MessageRow& row : world.initial_rows()) ++there[row.page];
  std::map<std::uint64_t, std::vector<TimePoint>> acknowledged;
  for (const Operation& write : world.ledger().operations()) {
    if (write.outcome == Outcome::acknowledged) acknowledged[write.page].push_back(write.ended_at);
  }
  for (auto& [page, times] : acknowledged) std::sort(times.begin(), times.end());
  return std::ranges::any_of(world.ledger().operations(), [&](const Operation& read) {
    if (read.kind != OperationKind::read || read.outcome != Outcome::ok) return false;
    if (read.tablet_type == "master") return false;
    const std::vector<TimePoint>& times = acknowledged[read.page];
    const auto before = std::upper_bound(times.begin(), times.end(), read.invoked_at);
    return read.rows.size() < there[read.page] + static_cast<std::size_t>(before - times.begin());
  });
}

/// Some write without an answer is, or is not, among what the masters have.
template <bool is_there>
bool some_unknown_write_ends(const Observation& world) {
  const auto& all = world.ledger().operations();
  const auto is_unknown = [](const Operation& operation) {
    return operation.outcome == Outcome::unknown;
  };
  if (std::ranges::none_of(all, is_unknown)) return false;
  std::set<std::pair<std::uint64_t, std::uint64_t>> rows;
  for (const std::string& keyspace : keyspace_names(world)) {
    for (const std::string& shard : shard_names(world, keyspace)) {
      const Messages messages = world.messages(master_of(world, keyspace, shard), keyspace);
      if (!messages) return false;
      for (const MessageRow& row : *messages) rows.emplace(row.page, row.time_created_ns);
    }
  }
  return std::ranges::any_of(all, [&](const Operation& write) {
    return is_unknown(write) &&
           rows.contains({write.page, write.message.time_created_ns}) == is_there;
  });
}

}  // namespace

Theme visitors_theme() {
  const Condition waiting_write = of_story(&Story::has_write_in_flight);
  return {
      "visitors",
      "requests of the Guestbook's visitors",
      {
          {"write-refused", "a write certainly has no effect", write_answered(Outcome::refused)},
          {"write-unknown", "the answer to a write is lost", write_answered(Outcome::unknown),
           rare},
          {"unknown-write-is-there", "a write whose answer was lost is in the data",
           in_the_end(some_unknown_write_ends<true>), very_rare},
          {"unknown-write-is-not-there", "a write whose answer was lost never came to be",
           in_the_end(some_unknown_write_ends<false>), rare},
          {"replica-read-fails", "a read of a replica fails",
           read_answered(Outcome::failed, "replica"), rare},
          {"master-read-fails", "a read of the master fails",
           read_answered(Outcome::failed, "master"), rare},
          {"replica-read-stale", "a replica does not show a message that was acknowledged before",
           in_the_end(some_replica_read_is_stale), rare},
          {"query-retried", "vtgate asks another tablet after an error",
           EventKind::query_attempt_failed && flag_is_set("retried")},
          {"read-only-server-refuses", "a write comes to a server that is read-only",
           EventKind::query_attempt_failed && field_is("code", "read_only"), rare},
          {"source-master-killed-with-write-in-flight",
           "the old master is killed while a write waits for its answer",
           killed(source_master()) && waiting_write, rare},
          {"target-master-killed-with-write-in-flight",
           "a new master is killed while a write waits for its answer",
           killed(target_master()) && waiting_write && during(Phase::afterwards), very_rare},
          {"vtgate-killed-with-request-in-flight",
           "vtgate is killed while a visitor waits for an answer",
           killed(vtgate()) && of_story(&Story::has_request_in_flight), rare},
          {"connections-dropped-with-write-in-flight",
           "a mysqld drops its connections while a write waits for its answer",
           fault_on(connection_faults(), source_master()) && waiting_write, very_rare},
      },
  };
}

}  // namespace shardlab::scenarios::situations
