#include "scenarios/faults/kinds.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "scenarios/text/text_error.h"
#include "scenarios/text/units.h"

namespace shardlab::scenarios {
namespace {

using Aim = FaultKindInfo::Aim;
using sim::FaultKind;
using sim::FaultUnit;

/// The unit behind a number: `"300ppm"`.
struct Suffix {
  std::string_view text;
  std::int64_t factor;
};

constexpr std::int64_t most_amount = 1'000'000'000'000;

std::vector<Suffix> suffixes_of(sim::FaultUnit unit) {
  switch (unit) {
    case sim::FaultUnit::ppm: return {{"ppm", 1}};
    case sim::FaultUnit::times: return {{"x", 1}};
    case sim::FaultUnit::bytes: return {{"KiB", 1024}, {"MiB", 1024 * 1024}, {"B", 1}};
    default: return {{"", 1}};
  }
}

sim::FaultUnit unit_of(const FaultKindInfo& kind) {
  return kind.world ? sim::unit_of(*kind.world) : kind.unit;
}

std::int64_t parse_signed_duration(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  const Duration span = parse_duration(is_negative ? text.substr(1) : text);
  return is_negative ? -span.count() : span.count();
}

std::int64_t parse_number(std::string_view text, sim::FaultUnit unit, std::string_view example) {
  for (const Suffix& suffix : suffixes_of(unit)) {
    if (!text.ends_with(suffix.text)) continue;
    const std::string_view digits = text.substr(0, text.size() - suffix.text.size());
    std::int64_t number = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool is_whole = end.ec == std::errc() && end.ptr == digits.data() + digits.size();
    if (is_whole && std::abs(number) <= most_amount / suffix.factor) return number * suffix.factor;
  }
  throw TextError(0, text.size(), fmt::format("\"{}\" is not an amount of this kind", text),
                  fmt::format("for example \"{}\"", example));
}

}  // namespace

bool FaultKindInfo::is_instant() const {
  if (world) return sim::is_instant(*world);
  switch (*cluster) {
    case ClusterFault::restart:
    case ClusterFault::expire_leases:
    case ClusterFault::drop_connections:
    case ClusterFault::watch_cut:
    case ClusterFault::interrupt:
    case ClusterFault::command:
    case ClusterFault::out_of_turn: return true;
    default: return false;
  }
}

const std::vector<FaultKindInfo>& fault_kinds() {
  static const std::vector<FaultKindInfo> kinds{
      {"crash", "processes are killed; they start again when it ends", Aim::host_or_process,
       FaultKind::crash},
      {"power-loss", "a host goes dark; what no disk had synced is gone", Aim::host,
       FaultKind::power_loss},
      {"restart",
       "processes are killed and start again at once",
       Aim::host_or_process,
       {},
       ClusterFault::restart},
      {"pause", "processes stand still (SIGSTOP) and go on when it ends", Aim::host_or_process,
       FaultKind::pause},
      {"long-pause",
       "the same, until the leases they hold are over",
       Aim::host_or_process,
       {},
       ClusterFault::long_pause},
      {"slow-cpu",
       "every step of a process takes this long",
       Aim::host_or_process,
       FaultKind::slow_cpu,
       {},
       "1ms"},
      {"clock-skew",
       "a host's wall clock is off by this much",
       Aim::host,
       FaultKind::skew,
       {},
       "5s"},
      {"clock-drift",
       "a host's clock runs too fast, or with - too slowly",
       Aim::host,
       FaultKind::drift,
       {},
       "300ppm"},
      {"clock-jump",
       "a host's wall clock steps once, for good",
       Aim::host,
       FaultKind::jump,
       {},
       "5s"},
      {"partition", "nothing passes between target and peer", Aim::host, FaultKind::partition},
      {"partition-one-way", "nothing passes from target to peer", Aim::host,
       FaultKind::partition_one_way},
      {"isolate", "nothing passes between the target and anybody", Aim::host, FaultKind::isolate},
      {"clog", "what target sends to peer piles up and arrives when it ends", Aim::host,
       FaultKind::clog},
      {"slow-tail",
       "one message in ten from target to peer takes so many times as long",
       Aim::host,
       FaultKind::slow_tail,
       {},
       "100x"},
      {"lost-replies", "the target's answers to the peer vanish, their effects do not", Aim::host,
       FaultKind::lost_replies},
      {"blackhole", "what target sends to peer vanishes, and its connections with it", Aim::host,
       FaultKind::blackhole},
      {"reset",
       "the next messages from target to peer break their connections",
       Aim::host,
       FaultKind::reset,
       {},
       "1"},
      {"slow-disk",
       "each write and each sync takes this long",
       Aim::disk,
       FaultKind::slow_disk,
       {},
       "50ms"},
      {"full-disk",
       "only so much more fits on the disk",
       Aim::disk,
       FaultKind::full_disk,
       {},
       "0B"},
      {"failing-disk",
       "an operation fails, counted from 1",
       Aim::disk,
       FaultKind::failing_disk,
       {},
       "1"},
      {"expire-leases",
       "an etcd ends all leases: locks are lost",
       Aim::etcd,
       {},
       ClusterFault::expire_leases},
      {"watch-cut", "an etcd cancels all watches", Aim::etcd, {}, ClusterFault::watch_cut},
      {"slow-etcd",
       "an etcd takes this much longer for each request",
       Aim::etcd,
       {},
       ClusterFault::slow_etcd,
       "200ms",
       FaultUnit::time},
      {"minority",
       "an etcd's member is cut off from the others, and not from its clients",
       Aim::etcd,
       {},
       ClusterFault::minority},
      {"silent-watch",
       "an etcd tells its watchers nothing, and everything when it ends",
       Aim::etcd,
       {},
       ClusterFault::silent_watch},
      {"compaction",
       "an etcd's watchers stay behind, and it forgets what they were not told",
       Aim::etcd,
       {},
       ClusterFault::compaction},
      {"lost-answer",
       "so many writes of an etcd take effect and are not answered",
       Aim::etcd,
       {},
       ClusterFault::lost_answer,
       "1",
       FaultUnit::number},
      {"etcd-gone",
       "all members of an etcd are killed; they start again when it ends",
       Aim::etcd,
       {},
       ClusterFault::etcd_gone},
      {"drop-connections",
       "a mysqld kills all its connections",
       Aim::server,
       {},
       ClusterFault::drop_connections},
      {"kill-query",
       "a mysqld kills so many statements",
       Aim::server,
       {},
       ClusterFault::kill_query,
       "1",
       FaultUnit::number},
      {"cut-before-commit",
       "so many connections break in front of their COMMIT",
       Aim::server,
       {},
       ClusterFault::cut_before_commit,
       "1",
       FaultUnit::number},
      {"cut-after-commit",
       "so many connections break behind a commit, before the answer",
       Aim::server,
       {},
       ClusterFault::cut_after_commit,
       "1",
       FaultUnit::number},
      {"read-only",
       "somebody makes a mysqld read-only, and writable again when it ends",
       Aim::server,
       {},
       ClusterFault::read_only},
      {"stop-replication",
       "somebody stops a mysqld's replication, and starts it when it ends",
       Aim::server,
       {},
       ClusterFault::stop_replication},
      {"lag",
       "a mysqld applies nothing that is not this old",
       Aim::server,
       {},
       ClusterFault::lag,
       "5s",
       FaultUnit::time},
      {"delayed-replica",
       "a replica has a delay of this length, as CHANGE MASTER TO sets it",
       Aim::server,
       {},
       ClusterFault::delayed_replica,
       "5s",
       FaultUnit::time},
      {"deadlock",
       "somebody's transaction and one of a stream lock the same rows crosswise",
       Aim::server,
       {},
       ClusterFault::deadlock},
      {"lock-wait",
       "somebody locks a mysqld's tables; who needs them waits this long",
       Aim::server,
       {},
       ClusterFault::lock_wait,
       "1s",
       FaultUnit::time},
      {"semi-sync-timeout",
       "a mysqld waits this long for acknowledgements that nobody sends",
       Aim::server,
       {},
       ClusterFault::semi_sync_timeout,
       "1s",
       FaultUnit::time},
      {"errant-transaction",
       "a replica gets a transaction of its own, and is mended when it ends",
       Aim::server,
       {},
       ClusterFault::errant_transaction},
      {"purged-log",
       "a replica keeps no binary log, if another one still has it",
       Aim::server,
       {},
       ClusterFault::purged_log},
      {"unsynced-crash",
       "a mysqld does not sync its commits, and the power fails when it ends",
       Aim::server,
       {},
       ClusterFault::unsynced_crash},
      {"hot-page", "all visitors come to one page", Aim::nobody, {}, ClusterFault::hot_page},
      {"rush",
       "so many times as many visitors come",
       Aim::nobody,
       {},
       ClusterFault::rush,
       "10x",
       FaultUnit::times},
      {"huge-message",
       "visitors leave messages of this size",
       Aim::nobody,
       {},
       ClusterFault::huge_message,
       "8KiB",
       FaultUnit::bytes},
      {"slow-client",
       "visitors who write wait this long between two statements",
       Aim::nobody,
       {},
       ClusterFault::slow_client,
       "1s",
       FaultUnit::time},
      {"open-transaction",
       "a visitor leaves a transaction open, and commits when it ends",
       Aim::nobody,
       {},
       ClusterFault::open_transaction},
      {"interrupt", "the operator presses Ctrl-C", Aim::nobody, {}, ClusterFault::interrupt},
      {"command",
       "a second operator types a command meanwhile",
       Aim::nobody,
       {},
       ClusterFault::command},
      {"out-of-turn",
       "a second operator plays a step of the scenario meanwhile",
       Aim::nobody,
       {},
       ClusterFault::out_of_turn},
  };
  return kinds;
}

const FaultKindInfo* find_fault_kind(std::string_view name) {
  const auto& kinds = fault_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const FaultKindInfo& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

std::string format_amount(const FaultKindInfo& kind, std::int64_t amount) {
  const sim::FaultUnit unit = unit_of(kind);
  if (unit == sim::FaultUnit::time) {
    return (amount < 0 ? "-" : "") + format_duration(Duration(std::abs(amount)));
  }
  return fmt::format("{}{}", amount, suffixes_of(unit).back().text);
}

std::int64_t parse_amount(const FaultKindInfo& kind, std::string_view text) {
  const sim::FaultUnit unit = unit_of(kind);
  if (unit == sim::FaultUnit::time) return parse_signed_duration(text);
  return parse_number(text, unit, kind.amount);
}

}  // namespace shardlab::scenarios
