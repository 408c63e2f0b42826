#include "sim/scheduler.h"

#include <algorithm>

#include "core/base/error.h"
#include "sim/trace.h"

namespace shardlab::sim {

Scheduler::Scheduler(TimePoint start, Trace& trace, std::unique_ptr<Strategy> strategy)
    : now_(start), trace_(trace), strategy_(std::move(strategy)) {}

Scheduler::~Scheduler() {
  // Frames may post while they are destroyed, before and after the services shut down.
  for (ProcessState& process : processes_) ++process.incarnation;
  Running running(*this);
  discard_all();
  shutdown();
  discard_all();
  destroy();
}

void Scheduler::discard_all() {
  std::vector<Op*> doomed;
  do {
    doomed.clear();
    while (Op* op = next_.first) {
      next_.remove(op);
      discard(op);
    }
    for (OpList* list : {&ready_, &parked_}) {
      for (Op* op = list->first; op; op = op->next) doomed.push_back(op);
    }
    for (ProcessState& process : processes_) {
      for (Op* op = process.held.first; op; op = op->next) doomed.push_back(op);
    }
    timers_.for_each([&](Op* op) { doomed.push_back(op); });
    for (Op* op : doomed) remove(op);
    for (Op* op : doomed) discard(op);
  } while (!doomed.empty());
}

std::uint32_t Scheduler::add_process() {
  processes_.emplace_back();
  return static_cast<std::uint32_t>(processes_.size() - 1);
}

Executor Scheduler::executor(std::uint32_t process) {
  return Executor(*this, process, processes_[process].incarnation);
}

void Scheduler::fail(std::exception_ptr error) {
  if (!failure_) failure_ = error;
}

void Scheduler::kill(std::uint32_t process) {
  check(process != 0, "the world itself cannot be killed");
  ProcessState& state = processes_[process];
  ++state.incarnation;
  state.is_paused = state.is_hindered = false;
  state.step_cost = Duration(0);
  state.busy_until = TimePoint();
  const std::vector<Op*> doomed = ops_of(process);
  // Freeing one may not free another: an op owns only its own coroutine stack.
  for (Op* op : doomed) remove(op);
  for (Op* op : doomed) discard(op);
}

std::vector<Op*> Scheduler::ops_of(std::uint32_t process) const {
  std::vector<Op*> found;
  for (const OpList* list : {&ready_, &parked_, &processes_[process].held}) {
    for (Op* op = list->first; op; op = op->next) {
      if (op->process == process) found.push_back(op);
    }
  }
  timers_.for_each([&](Op* op) {
    if (op->process == process) found.push_back(op);
  });
  return found;
}

std::uint64_t Scheduler::cause() const { return trace_.current_cause(); }

// What becomes of an op.

void Scheduler::make_ready(Op* op) {
  op->place = Op::Place::ready;
  ready_.push(op);
  if (strategy_) strategy_->joined(op);
}

void Scheduler::leave_ready(Op* op) {
  ready_.remove(op);
  if (strategy_) strategy_->left(op);
}

void Scheduler::post(Op* op) {
  if (!is_alive(op->process, op->incarnation)) return discard(op);
  op->cause = cause();
  make_ready(op);
}

void Scheduler::schedule(Op* op, TimePoint at) {
  if (!is_alive(op->process, op->incarnation)) return discard(op);
  op->cause = cause();
  op->place = Op::Place::timed;
  timers_.push(op, std::max(at, now_));
}

void Scheduler::park(Op* op) {
  if (!is_alive(op->process, op->incarnation)) return discard(op);
  op->place = Op::Place::parked;
  parked_.push(op);
}

void Scheduler::wake(Op* op) {
  // One that is nowhere is being freed with its process; one that is ready, held back with its
  // process, or waits for its processor stays where it is.
  const bool waits =
      op->place == Op::Place::parked || (op->place == Op::Place::timed && !op->waits_for_cpu);
  if (!waits) return;
  remove(op);
  post(op);
}

void Scheduler::remove(Op* op) {
  switch (op->place) {
    case Op::Place::ready: leave_ready(op); break;
    case Op::Place::parked: parked_.remove(op); break;
    case Op::Place::held: processes_[op->process].held.remove(op); break;
    case Op::Place::timed: timers_.remove(op); break;
    case Op::Place::nowhere: break;
  }
  op->place = Op::Place::nowhere;
}

// Running.

Op* Scheduler::pop(TimePoint limit) {
  if (Op* op = next_.first) {
    next_.remove(op);
    return op;
  }
  if (strategy_) return pop_by_strategy(limit);
  if (Op* op = ready_.first) {
    ready_.remove(op);
    return op;
  }
  if (timers_.empty() || timers_.earliest() > limit) return nullptr;
  now_ = timers_.earliest();
  return timers_.pop();
}

Op* Scheduler::pop_by_strategy(TimePoint limit) {
  if (!ready_.first && !timers_.empty() && timers_.earliest() <= limit) {
    now_ = timers_.earliest();
  }
  while (!timers_.empty() && timers_.earliest() <= now_) make_ready(timers_.pop());
  if (!ready_.first) return nullptr;
  Op* op = strategy_->choose(ready_, steps_);
  leave_ready(op);
  return op;
}

bool Scheduler::step(TimePoint limit) {
  Op* op = pop(limit);
  while (op && processes_[op->process].is_hindered && is_kept_waiting(op)) op = pop(limit);
  if (!op) return false;
  op->place = Op::Place::nowhere;
  trace_.set_current_cause(op->cause);
  trace_.step(now_, steps_++, op->process);
  op->run(op, is_alive(op->process, op->incarnation));
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  return true;
}

// Paused and slow processes.

bool Scheduler::is_kept_waiting(Op* op) {
  ProcessState& process = processes_[op->process];
  if (process.is_paused) {
    op->place = Op::Place::held;
    process.held.push(op);
    ++process.delayed;
    return true;
  }
  if (op->waits_for_cpu) return false;
  if (process.step_cost.count() == 0 && process.busy_until <= now_) {
    process.is_hindered = false;
    return false;
  }
  process.busy_until = std::max(now_, process.busy_until) + process.step_cost;
  op->waits_for_cpu = true;
  op->place = Op::Place::timed;
  timers_.push(op, process.busy_until);
  ++process.delayed;
  return true;
}

void Scheduler::pause(std::uint32_t process) {
  check(process != 0, "the world itself cannot be paused");
  processes_[process].is_paused = processes_[process].is_hindered = true;
}

void Scheduler::resume(std::uint32_t process) {
  ProcessState& state = processes_[process];
  state.is_paused = false;
  while (Op* op = state.held.first) {
    state.held.remove(op);
    make_ready(op);
  }
}

void Scheduler::set_step_cost(std::uint32_t process, Duration cost) {
  check(process != 0 && cost.count() >= 0, "a step cost needs a process and is never negative");
  ProcessState& state = processes_[process];
  state.step_cost = cost;
  // Stays so until those that wait for the processor have had it: nobody overtakes them.
  state.is_hindered = true;
}

}  // namespace shardlab::sim
