#include "scenarios/checks/reads_are_fresh_enough.h"

#include <fmt/format.h>

#include "scenarios/checks/page_history.h"
#include "scenarios/report/format.h"

namespace shardlab::scenarios {
namespace {

using fakes::guestbook::Message;
using fakes::guestbook::Operation;

/// What is wrong with the reads of all pages.
class Freshness {
 public:
  explicit Freshness(Duration bound) : bound_(bound) {}

  void judge(const PageHistory& page, const Operation& read) {
    std::vector<bool> shown(page.messages.size());
    for (const Message& row : read.rows) judge_row(page, read, row, shown);
    for (std::size_t i = 0; i < shown.size(); ++i) {
      if (!shown[i]) judge_missing(page, read, page.messages[i]);
    }
  }

  Findings not_read_back, strange, refused, early, twice, stale, initial;

 private:
  void judge_row(const PageHistory& page, const Operation& read, const Message& row,
                 std::vector<bool>& shown) {
    const auto found = page.find(row);
    if (!found) {
      const MessageRow strange_row(page.page, row.time_created_ns, row.text);
      strange.add([&] { return by(read, describe(strange_row)); });
      return;
    }
    const KnownMessage& message = page.messages[*found];
    const auto told = [&] { return by(read, describe(page.page, message)); };
    if (message.is_refused()) refused.add(told);
    if (message.write && message.write->invoked_at > read.ended_at) early.add(told);
    if (shown[*found]) twice.add(told);
    shown[*found] = true;
  }

  void judge_missing(const PageHistory& page, const Operation& read, const KnownMessage& message) {
    if (!message.is_acknowledged()) return;
    const auto told = [&] { return by(read, describe(page.page, message)); };
    if (message.write && message.write->id == read.after_write) not_read_back.add(told);
    if (is_primary_read(read)) return;
    if (!message.write) {
      initial.add(told);
      return;
    }
    const Duration age = read.invoked_at - message.write->ended_at;
    if (age <= bound_) return;
    stale.add([&] { return fmt::format("{}, {} before", told(), format_span(age)); });
  }

  static std::string by(const Operation& read, const std::string& message) {
    return fmt::format("operation {}, a read of a {}: {}", read.id, read.tablet_type, message);
  }

  Duration bound_;
};

}  // namespace

void ReadsAreFreshEnough::at_end() {
  Freshness found(bound_);
  for (const PageHistory& page : page_histories(world())) {
    for (const Operation* read : page.reads) found.judge(page, *read);
  }
  const auto report = [&](const Findings& findings, std::string_view what) {
    if (findings.count == 0) return;
    violate(fmt::format("{} {} {}", findings.count,
                        findings.count == 1 ? "message was" : "messages were", what),
            findings.examples);
  };
  report(found.not_read_back, "missing when the visitor read the page back");
  report(found.strange, "shown that nobody wrote");
  report(found.refused, "shown that had been refused");
  report(found.early, "shown before being written");
  report(found.twice, "shown twice at once");
  report(found.initial, "missing on a replica, though there from the start");
  report(found.stale, fmt::format("missing on a replica more than {} after being acknowledged",
                                  format_span(bound_)));
}

}  // namespace shardlab::scenarios
