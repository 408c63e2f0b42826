#include "fakes/guestbook/ledger.h"

#include <fmt/format.h>

#include <algorithm>

namespace shardlab::fakes::guestbook {
namespace {

/// The value below which `percent` of the sorted list lies, by nearest rank.
Duration percentile(const std::vector<Duration>& sorted, std::size_t percent) {
  if (sorted.empty()) return Duration(0);
  const std::size_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

void count(const Operation& operation, LedgerSummary& summary) {
  switch (operation.outcome) {
    case Outcome::pending: ++summary.pending; break;
    case Outcome::acknowledged: ++summary.writes_acknowledged; break;
    case Outcome::refused: ++summary.writes_refused; break;
    case Outcome::unknown: ++summary.writes_unknown; break;
    case Outcome::ok: ++summary.reads_ok; break;
    case Outcome::failed: ++summary.reads_failed; break;
  }
}

Duration longest_gap(std::vector<TimePoint> acknowledged, TimePoint begin, TimePoint end) {
  std::ranges::sort(acknowledged);
  acknowledged.push_back(std::max(end, begin));
  Duration longest{0};
  for (const TimePoint at : acknowledged) {
    longest = std::max(longest, at - begin);
    begin = std::max(begin, at);
  }
  return longest;
}

}  // namespace

std::string_view to_string(OperationKind kind) {
  return kind == OperationKind::read ? "read" : "insert";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::pending: return "pending";
    case Outcome::acknowledged: return "acknowledged";
    case Outcome::refused: return "refused";
    case Outcome::unknown: return "unknown";
    case Outcome::ok: return "ok";
    case Outcome::failed: return "failed";
  }
  return "?";
}

std::uint64_t Ledger::invoke(Operation operation) {
  operation.id = operations_.size() + 1;
  operation.outcome = Outcome::pending;
  operations_.push_back(std::move(operation));
  return operations_.size();
}

std::uint64_t Ledger::invoke_hello(Operation operation) {
  operation.message.text = fmt::format("hello-{:04}", operations_.size() + 1);
  return invoke(std::move(operation));
}

void Ledger::end(std::uint64_t id, Outcome outcome, TimePoint at, std::string error,
                 std::vector<Message> rows) {
  Operation& operation = operations_.at(id - 1);
  check(operation.outcome == Outcome::pending, "an operation ends once");
  operation.outcome = outcome;
  operation.ended_at = at;
  operation.error = std::move(error);
  operation.rows = std::move(rows);
}

void Ledger::abandon(const std::string& client, TimePoint at) {
  for (const Operation& operation : operations_) {
    if (operation.client != client || operation.outcome != Outcome::pending) continue;
    const bool is_read = operation.kind == OperationKind::read;
    end(operation.id, is_read ? Outcome::failed : Outcome::unknown, at, "the client was restarted");
  }
}

std::uint64_t Ledger::unique_time(std::uint64_t page, TimePoint now) {
  std::uint64_t& last = last_time_of_page_[page];
  last = std::max(static_cast<std::uint64_t>(to_ns(now)), last + 1);
  return last;
}

const Operation& Ledger::operation(std::uint64_t id) const { return operations_.at(id - 1); }

LedgerSummary Ledger::summary(TimePoint from, TimePoint to) const {
  LedgerSummary summary;
  std::vector<Duration> latencies;
  std::vector<TimePoint> acknowledged;
  TimePoint first_write = TimePoint::max();
  TimePoint last_write = TimePoint::min();
  for (const Operation& operation : operations_) {
    if (operation.invoked_at < from || operation.invoked_at >= to) continue;
    count(operation, summary);
    if (operation.outcome == Outcome::pending) continue;
    latencies.push_back(operation.ended_at - operation.invoked_at);
    if (operation.kind == OperationKind::read) continue;
    first_write = std::min(first_write, operation.invoked_at);
    last_write = std::max(last_write, operation.ended_at);
    if (operation.outcome == Outcome::acknowledged) acknowledged.push_back(operation.ended_at);
  }
  std::ranges::sort(latencies);
  summary.p50 = percentile(latencies, 50);
  summary.p99 = percentile(latencies, 99);
  if (first_write <= last_write) {
    summary.longest_write_gap = longest_gap(std::move(acknowledged), first_write, last_write);
  }
  return summary;
}

Outcome classify_write(const Error& error, bool commit_was_sent) {
  if (!commit_was_sent) return Outcome::refused;
  switch (error.code()) {
    case Errc::unavailable:
    case Errc::failed_precondition:
    case Errc::read_only:
    case Errc::wrong_shard:
    case Errc::not_found:
    case Errc::invalid_argument: return Outcome::refused;
    case Errc::sql: {
      // Lock wait timeout and deadlock: the server has rolled the transaction back.
      const bool is_rolled_back = error.sql_errno() == 1205 || error.sql_errno() == 1213;
      return is_rolled_back ? Outcome::refused : Outcome::unknown;
    }
    default: return Outcome::unknown;
  }
}

}  // namespace shardlab::fakes::guestbook
