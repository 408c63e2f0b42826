#include "sim/strategy.h"

#include <algorithm>
#include <map>
#include <rapidcheck/catch.h>

#include "sim/choices.h"

namespace shardlab::sim {
namespace {

constexpr std::uint64_t horizon = 60;

/// What `pct:3` means, without any book-keeping: a look at all runnable ops for each choice.
class PlainPct {
 public:
  explicit PlainPct(std::uint64_t seed) : choices_(seed) {
    for (int i = 0; i < 2; ++i) changes_.push_back(choices_.draw("schedule.change", horizon + 1));
  }

  Op* choose(const OpList& ready, std::uint64_t step) {
    const auto comes = [&](std::uint64_t change) { return change > 0 && change <= step; };
    if (std::erase_if(changes_, comes) > 0) {
      const std::uint32_t lane = highest(ready)->lane;
      priority_of(lane);
      priorities_[lane] = lowest_--;
    }
    return highest(ready);
  }

 private:
  Op* highest(const OpList& ready) {
    Op* best = ready.first;
    for (Op* op = best->next; op; op = op->next) {
      const std::int64_t priority = priority_of(op->lane);
      if (priority > priority_of(best->lane)) best = op;
    }
    return best;
  }
  std::int64_t priority_of(std::uint32_t lane) {
    if (!priorities_.contains(lane)) {
      priorities_[lane] = static_cast<std::int64_t>(choices_.draw("schedule.priority", 1u << 20));
    }
    return priorities_[lane];
  }

  Choices choices_;
  std::vector<std::uint64_t> changes_;
  std::map<std::uint32_t, std::int64_t> priorities_;
  std::int64_t lowest_ = -1;
};

}  // namespace

TEST_CASE("Strategy: pct chooses as a look at all runnable ops would", "[property]") {
  rc::prop("the same ops, one after the other", [] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    Choices choices(seed);
    const auto pct = make_strategy({Schedule::Kind::pct, 3, horizon}, choices);
    PlainPct plain(seed);
    const auto moves = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000));
    std::vector<Op> ops(moves.size(), Op(nullptr));
    OpList ready;
    std::uint64_t step = 0;
    const auto leave = [&](Op* op) {
      ready.remove(op);
      pct->left(op);
    };
    for (std::size_t i = 0; i < moves.size(); ++i) {
      if (moves[i] < 500 || !ready.first) {  // one becomes runnable
        ops[i].lane = static_cast<std::uint32_t>(moves[i] % 9);
        ready.push(&ops[i]);
        pct->joined(&ops[i]);
      } else if (moves[i] < 600) {  // one is taken away
        leave(moves[i] % 2 == 0 ? ready.first : ready.last);
      } else {  // one runs
        Op* chosen = pct->choose(ready, step);
        RC_ASSERT(chosen == plain.choose(ready, step));
        leave(chosen);
        ++step;
      }
    }
  });
}

}  // namespace shardlab::sim
