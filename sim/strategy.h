#pragma once

#include <memory>

#include "core/base/event_loop.h"
#include "sim/schedule.h"

namespace shardlab::sim {

class Choices;

/// Ops in a row, linked through themselves: joins at the end, leaves from anywhere.
struct OpList {
  void push(Op* op) {
    op->prev = last;
    op->next = nullptr;
    (last ? last->next : first) = op;
    last = op;
  }
  void remove(Op* op) {
    (op->prev ? op->prev->next : first) = op->next;
    (op->next ? op->next->prev : last) = op->prev;
    op->prev = op->next = nullptr;
  }

  Op* first = nullptr;
  Op* last = nullptr;
};

/// Chooses among runnable ops, for every schedule but `fifo`. It is told what becomes runnable and
/// what no longer is, so that a choice need not look at all of them.
class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual void joined(Op*) {}
  virtual void left(Op*) {}
  /// One of the ops of `ready`, which is not empty and in order of age. `step`: how many ran
  /// before.
  virtual Op* choose(const OpList& ready, std::uint64_t step) = 0;
};

/// None for `fifo`. Draws `schedule.*` from the choices, which must live longer.
std::unique_ptr<Strategy> make_strategy(const Schedule& schedule, Choices& choices);

}  // namespace shardlab::sim
