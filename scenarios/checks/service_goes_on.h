#pragma once

#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// What visitors noticed of a cutover.
struct WriteGap {
  Duration longest{0};
  TimePoint from;
  TimePoint to;
};

/// The longest time in [from, to] and around it during which somebody wanted to write and nobody
/// could: from the first write invoked after an acknowledgement to the next acknowledgement. Only
/// spans that reach into [from, to] count. A write that is never acknowledged counts to `now`.
WriteGap longest_write_gap(const fakes::guestbook::Ledger& ledger, TimePoint from, TimePoint to,
                           TimePoint now);

/// `service-goes-on`, for runs without faults: no read fails at all; no write is refused or lost
/// outside the announced cutovers; and none of these keeps visitors from writing for longer than
/// the bound.
class ServiceGoesOn final : public Check {
 public:
  static constexpr std::string_view check_name = "service-goes-on";
  explicit ServiceGoesOn(const Observation& world, Duration bound = std::chrono::seconds(5))
      : Check(check_name, world), bound_(bound) {}

  void announce_window(std::string_view name, TimePoint from, TimePoint to) override;
  void at_end() override;

  /// After `at_end`: the longest gap of all windows, writes refused and unknown inside them.
  const WriteGap& gap() const { return gap_; }
  std::uint64_t refused_in_windows() const { return refused_in_windows_; }
  std::uint64_t unknown_in_windows() const { return unknown_in_windows_; }

 private:
  struct Window {
    std::string name;
    TimePoint from;
    TimePoint to;
  };
  void judge_operations();
  void judge_gaps();
  bool is_excused(const fakes::guestbook::Operation& operation) const;

  Duration bound_;
  std::vector<Window> windows_;
  WriteGap gap_;
  std::uint64_t refused_in_windows_ = 0;
  std::uint64_t unknown_in_windows_ = 0;
};

}  // namespace shardlab::scenarios
