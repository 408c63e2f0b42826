#include "scenarios/checks/service_goes_on.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "scenarios/report/format.h"

namespace shardlab::scenarios {
namespace {

using fakes::guestbook::Operation;
using fakes::guestbook::OperationKind;
using fakes::guestbook::Outcome;

std::string describe(const Operation& operation) {
  return fmt::format("operation {}: {} of page {} after {}: {}", operation.id,
                     to_string(operation.kind), operation.page,
                     format_span(operation.ended_at - operation.invoked_at), operation.error);
}

std::vector<const Operation*> writes_by_invocation(const fakes::guestbook::Ledger& ledger) {
  std::vector<const Operation*> writes;
  for (const Operation& operation : ledger.operations()) {
    if (operation.kind != OperationKind::read) writes.push_back(&operation);
  }
  std::stable_sort(writes.begin(), writes.end(), [](const Operation* a, const Operation* b) {
    return a->invoked_at < b->invoked_at;
  });
  return writes;
}

}  // namespace

WriteGap longest_write_gap(const fakes::guestbook::Ledger& ledger, TimePoint from, TimePoint to,
                           TimePoint now) {
  const std::vector<const Operation*> writes = writes_by_invocation(ledger);
  std::vector<TimePoint> acknowledged;
  for (const Operation* write : writes) {
    if (write->outcome == Outcome::acknowledged) acknowledged.push_back(write->ended_at);
  }
  std::sort(acknowledged.begin(), acknowledged.end());
  WriteGap gap;
  for (const Operation* write : writes) {
    const TimePoint begin = write->invoked_at;
    if (begin > to) break;
    const auto next = std::upper_bound(acknowledged.begin(), acknowledged.end(), begin);
    const TimePoint end = next == acknowledged.end() ? now : *next;
    if (end < from || end - begin <= gap.longest) continue;
    gap.longest = end - begin;
    gap.from = begin;
    gap.to = end;
  }
  return gap;
}

void ServiceGoesOn::announce_window(std::string_view name, TimePoint from, TimePoint to) {
  windows_.push_back({std::string(name), from, to});
}

void ServiceGoesOn::at_end() {
  judge_operations();
  judge_gaps();
}

bool ServiceGoesOn::is_excused(const Operation& operation) const {
  return std::any_of(windows_.begin(), windows_.end(), [&](const Window& window) {
    return operation.ended_at >= window.from && operation.invoked_at <= window.to;
  });
}

void ServiceGoesOn::judge_operations() {
  Findings failed, refused, unknown;
  for (const Operation& operation : world().ledger().operations()) {
    const auto judge = [&](Findings& findings, std::uint64_t& excused) {
      if (is_excused(operation)) {
        ++excused;
      } else {
        findings.add([&] { return describe(operation); });
      }
    };
    if (operation.outcome == Outcome::failed) {
      failed.add([&] { return describe(operation); });
    }
    if (operation.outcome == Outcome::refused) judge(refused, refused_in_windows_);
    if (operation.outcome == Outcome::unknown) judge(unknown, unknown_in_windows_);
  }
  const auto report = [&](const Findings& findings, std::string_view one, std::string_view many) {
    if (findings.count == 0) return;
    violate(fmt::format("{} {}", findings.count, findings.count == 1 ? one : many),
            findings.examples);
  };
  report(failed, "read failed", "reads failed");
  report(refused, "write was refused outside a cutover", "writes were refused outside a cutover");
  report(unknown, "write lost its answer outside a cutover",
         "writes lost their answers outside a cutover");
}

void ServiceGoesOn::judge_gaps() {
  for (const Window& window : windows_) {
    const WriteGap gap = longest_write_gap(world().ledger(), window.from, window.to, world().now());
    if (gap.longest > bound_) {
      violate(fmt::format("nobody could write for {} during {}; the bound is {}",
                          format_span(gap.longest), window.name, format_span(bound_)));
    }
    if (gap.longest > gap_.longest) gap_ = gap;
  }
}

}  // namespace shardlab::scenarios
