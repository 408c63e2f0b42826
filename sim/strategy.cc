#include "sim/strategy.h"

#include <algorithm>
#include <vector>

#include "sim/choices.h"
#include "sim/timer_heap.h"

namespace shardlab::sim {
namespace {

class RandomStrategy final : public Strategy {
 public:
  explicit RandomStrategy(Choices& choices) : choices_(choices) {}

  void joined(Op* op) override {
    op->index = static_cast<std::uint32_t>(ops_.size());
    ops_.push_back(op);
  }

  void left(Op* op) override {
    ops_.back()->index = op->index;
    ops_[op->index] = ops_.back();
    ops_.pop_back();
  }

  Op* choose(const OpList& ready, std::uint64_t) override {
    if (ops_.size() == 1) return ready.first;
    std::uint64_t drawn = choices_.draw("schedule.next", ops_.size());
    // The calmest choice must be the oldest op: it changes places with the one at position 0.
    if (drawn == 0) return ready.first;
    return drawn == ready.first->index ? ops_[0] : ops_[drawn];
  }

 private:
  Choices& choices_;
  std::vector<Op*> ops_;
};

/// `count` drawn steps within the horizon, in order; the calmest choice, 0, is no step at all.
std::vector<std::uint64_t> draw_steps(Choices& choices, std::string_view site, std::uint32_t count,
                                      std::uint64_t horizon) {
  std::vector<std::uint64_t> steps;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t step = choices.draw(site, horizon + 1);
    if (step > 0) steps.push_back(step);
  }
  std::ranges::sort(steps, std::greater());
  return steps;
}

bool comes(std::vector<std::uint64_t>& steps, std::uint64_t step) {
  bool came = false;
  while (!steps.empty() && steps.back() <= step) {
    steps.pop_back();
    came = true;
  }
  return came;
}

class PctStrategy final : public Strategy {
 public:
  PctStrategy(const Schedule& schedule, Choices& choices)
      : choices_(choices),
        changes_(draw_steps(choices, "schedule.change", schedule.count - 1, schedule.horizon)) {}

  void joined(Op* op) override { op->index = unplaced; }

  void left(Op* op) override {
    if (op->index != unplaced) placed_.remove(op);
  }

  Op* choose(const OpList& ready, std::uint64_t step) override {
    if (comes(changes_, step)) {
      const std::uint32_t lane = highest(ready)->lane;
      priority(lane);
      priorities_[lane] = lowest_--;
      placed_ = TimerHeap();
      for (Op* op = ready.first; op; op = op->next) place(op);
    }
    return highest(ready);
  }

 private:
  static constexpr std::int64_t undrawn = INT64_MIN;
  static constexpr std::uint64_t priorities = 1u << 20;
  static constexpr std::uint32_t unplaced = UINT32_MAX;

  /// A lane's priority is drawn when it first competes: one that is alone needs none.
  Op* highest(const OpList& ready) {
    if (!ready.first->next) return ready.first;
    if (ready.last->index == unplaced) place_new(ready);
    return placed_.first();
  }

  void place_new(const OpList& ready) {
    Op* oldest_new = ready.last;
    while (oldest_new->prev && oldest_new->prev->index == unplaced) oldest_new = oldest_new->prev;
    // Recorded tapes know this order: where all are new, the second one draws before the first.
    if (oldest_new == ready.first) priority(oldest_new->next->lane);
    for (Op* op = oldest_new; op; op = op->next) place(op);
  }

  /// The highest stands first; of one priority the oldest, which was placed before the others.
  void place(Op* op) { placed_.push(op, from_ns(-priority(op->lane))); }

  std::int64_t priority(std::uint32_t lane) {
    if (lane >= priorities_.size()) priorities_.resize(lane + 1, undrawn);
    if (priorities_[lane] == undrawn) {
      priorities_[lane] = static_cast<std::int64_t>(choices_.draw("schedule.priority", priorities));
    }
    return priorities_[lane];
  }

  Choices& choices_;
  std::vector<std::uint64_t> changes_;
  std::vector<std::int64_t> priorities_;
  std::int64_t lowest_ = -1;
  TimerHeap placed_;
};

class DelayStrategy final : public Strategy {
 public:
  DelayStrategy(const Schedule& schedule, Choices& choices)
      : delays_(draw_steps(choices, "schedule.delay", schedule.count, schedule.horizon)) {}

  void left(Op* op) override {
    if (op == delayed_) delayed_ = nullptr;
  }

  Op* choose(const OpList& ready, std::uint64_t step) override {
    if (comes(delays_, step)) delayed_ = next_of(ready);
    return next_of(ready);
  }

 private:
  Op* next_of(const OpList& ready) const {
    Op* oldest = ready.first;
    return oldest == delayed_ && oldest->next ? oldest->next : oldest;
  }

  std::vector<std::uint64_t> delays_;
  Op* delayed_ = nullptr;
};

}  // namespace

std::unique_ptr<Strategy> make_strategy(const Schedule& schedule, Choices& choices) {
  switch (schedule.kind) {
    case Schedule::Kind::fifo: return nullptr;
    case Schedule::Kind::random: return std::make_unique<RandomStrategy>(choices);
    case Schedule::Kind::pct: return std::make_unique<PctStrategy>(schedule, choices);
    case Schedule::Kind::delay_bounded: return std::make_unique<DelayStrategy>(schedule, choices);
  }
  return nullptr;
}

}  // namespace shardlab::sim
