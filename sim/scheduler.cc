#include "sim/scheduler.h"

#include "core/base/error.h"
#include "sim/trace.h"

namespace shardlab::sim {
namespace {
constexpr std::size_t arity = 4;
}

void Scheduler::OpList::push(Op* op) {
  op->prev = last;
  op->next = nullptr;
  (last ? last->next : first) = op;
  last = op;
}

void Scheduler::OpList::remove(Op* op) {
  (op->prev ? op->prev->next : first) = op->next;
  (op->next ? op->next->prev : last) = op->prev;
  op->prev = op->next = nullptr;
}

Scheduler::Scheduler(TimePoint start, Trace& trace) : now_(start), trace_(trace) {}

Scheduler::~Scheduler() {
  // Frames may post while they are destroyed, before and after the services shut down.
  for (auto& incarnation : incarnations_) ++incarnation;
  Running running(*this);
  discard_all();
  shutdown();
  discard_all();
  destroy();
}

void Scheduler::discard_all() {
  while (ready_.first || parked_.first || !heap_.empty()) {
    Op* op = ready_.first ? ready_.first : parked_.first ? parked_.first : heap_.back().op;
    remove(op);
    discard(op);
  }
}

std::uint32_t Scheduler::add_process() {
  incarnations_.push_back(0);
  return static_cast<std::uint32_t>(incarnations_.size() - 1);
}

Executor Scheduler::executor(std::uint32_t process) {
  return Executor(*this, process, incarnations_[process]);
}

bool Scheduler::is_alive(std::uint32_t process, std::uint32_t incarnation) const {
  return incarnations_[process] == incarnation;
}

void Scheduler::fail(std::exception_ptr error) {
  if (!failure_) failure_ = error;
}

void Scheduler::kill(std::uint32_t process) {
  check(process != 0, "the world itself cannot be killed");
  ++incarnations_[process];
  std::vector<Op*> doomed;
  for (OpList* list : {&ready_, &parked_}) {
    for (Op* op = list->first; op; op = op->next) {
      if (op->process == process) doomed.push_back(op);
    }
  }
  for (const Entry& entry : heap_) {
    if (entry.op->process == process) doomed.push_back(entry.op);
  }
  // Freeing one may not free another: an op owns only its own coroutine stack.
  for (Op* op : doomed) remove(op);
  for (Op* op : doomed) discard(op);
}

void Scheduler::post(Op* op) {
  if (!is_alive(op->process, op->incarnation)) return discard(op);
  op->place = Op::Place::ready;
  ready_.push(op);
}

void Scheduler::schedule(Op* op, TimePoint at) {
  if (!is_alive(op->process, op->incarnation)) return discard(op);
  op->place = Op::Place::timed;
  heap_.emplace_back();
  sift_up(heap_.size() - 1, Entry{std::max(at, now_), sequence_++, op});
}

void Scheduler::park(Op* op) {
  if (!is_alive(op->process, op->incarnation)) return discard(op);
  op->place = Op::Place::parked;
  parked_.push(op);
}

void Scheduler::wake(Op* op) {
  // An op that is nowhere is being freed with its process.
  if (op->place == Op::Place::ready || op->place == Op::Place::nowhere) return;
  remove(op);
  post(op);
}

void Scheduler::remove(Op* op) {
  switch (op->place) {
    case Op::Place::ready: ready_.remove(op); break;
    case Op::Place::parked: parked_.remove(op); break;
    case Op::Place::timed: remove_from_heap(op->heap_index); break;
    case Op::Place::nowhere: break;
  }
  op->place = Op::Place::nowhere;
}

Op* Scheduler::pop(TimePoint limit) {
  if (Op* op = ready_.first) {
    ready_.remove(op);
    return op;
  }
  if (heap_.empty() || heap_.front().at > limit) return nullptr;
  Op* op = heap_.front().op;
  now_ = heap_.front().at;
  remove_from_heap(0);
  return op;
}

bool Scheduler::step(TimePoint limit) {
  Op* op = pop(limit);
  if (!op) return false;
  op->place = Op::Place::nowhere;
  trace_.step(now_, steps_++, op->process);
  op->run(op, is_alive(op->process, op->incarnation));
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  return true;
}

void Scheduler::remove_from_heap(std::size_t index) {
  Entry last = heap_.back();
  heap_.pop_back();
  if (index == heap_.size()) return;
  if (index > 0 && last < heap_[(index - 1) / arity]) {
    sift_up(index, last);
  } else {
    sift_down(index, last);
  }
}

void Scheduler::sift_up(std::size_t index, Entry entry) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / arity;
    if (!(entry < heap_[parent])) break;
    heap_[index] = heap_[parent];
    heap_[index].op->heap_index = index;
    index = parent;
  }
  heap_[index] = entry;
  entry.op->heap_index = index;
}

void Scheduler::sift_down(std::size_t index, Entry entry) {
  for (;;) {
    const std::size_t first = arity * index + 1;
    if (first >= heap_.size()) break;
    const std::size_t end = std::min(first + arity, heap_.size());
    std::size_t least = first;
    for (std::size_t k = first + 1; k < end; ++k) {
      if (heap_[k] < heap_[least]) least = k;
    }
    if (!(heap_[least] < entry)) break;
    heap_[index] = heap_[least];
    heap_[index].op->heap_index = index;
    index = least;
  }
  heap_[index] = entry;
  entry.op->heap_index = index;
}

}  // namespace shardlab::sim
