#pragma once

#include "scenarios/checks/check.h"
#include "scenarios/history/linearizability.h"

namespace shardlab::scenarios {

/// `history-is-linearizable`: to those who write and read on the primary, each page of the
/// Guestbook looks like one set of messages that is changed by one operation after the other, each
/// at a moment between its invocation and its answer, whichever shard it is on. A write whose
/// answer was lost may take effect at any later moment or never, but then stays; one that was
/// refused never does. The messages there were before the first command are what each page begins
/// with.
///
/// A set and not a list, because a page is shown in the order of the times that the visitors gave
/// their messages, which is not that in which they were written. Two operations of which one is
/// invoked in the same nanosecond in which the other one is answered count as one after the other:
/// a request is on its way for longer than that.
///
/// Judged at the end, each page on its own. A page that takes more than `budget` steps is left
/// open.
class HistoryIsLinearizable final : public Check {
 public:
  static constexpr std::string_view check_name = "history-is-linearizable";
  explicit HistoryIsLinearizable(const Observation& world,
                                 std::uint64_t budget = history::default_budget)
      : Check(check_name, world), budget_(budget) {}
  void at_end() override;

 private:
  std::uint64_t budget_;
};

}  // namespace shardlab::scenarios
