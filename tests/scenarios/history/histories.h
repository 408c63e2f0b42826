#pragma once

#include <initializer_list>

#include "scenarios/history/history.h"

namespace shardlab::scenarios::history {

/// Writes a history as one would draw it: an operation with its invocation and return.
class Drawn {
 public:
  explicit Drawn(Object object, std::vector<std::uint64_t> initial = {}) : history_(object) {
    history_.initial = std::move(initial);
  }
  Drawn& write(std::uint64_t value, std::int64_t invoked, std::int64_t returned,
               Outcome outcome = Outcome::ok) {
    Operation operation = between(invoked, returned);
    operation.kind = Kind::write;
    operation.outcome = outcome;
    operation.value = value;
    return add(std::move(operation));
  }
  Drawn& read(std::vector<std::uint64_t> values, std::int64_t invoked, std::int64_t returned,
              Outcome outcome = Outcome::ok) {
    Operation operation = between(invoked, returned);
    operation.outcome = outcome;
    operation.values = std::move(values);
    return add(std::move(operation));
  }
  operator const History&() const { return history_; }

 private:
  static Operation between(std::int64_t invoked, std::int64_t returned) {
    Operation operation;
    operation.invoked = invoked;
    operation.returned = returned;
    return operation;
  }
  Drawn& add(Operation operation) {
    history_.operations.push_back(std::move(operation));
    return *this;
  }

  History history_;
};

/// The definition, tried out: is there an order of the operations, of all orders there are.
bool has_order(const History& history);

/// What clients of a faultless object may see: each of `count` operations takes effect at one
/// moment between its invocation and its return, which lie up to `overlap` other effects away; some
/// are refused or never answered. Drawn by rapidcheck.
History drawn_history(Object object, int count, int overlap);

/// Changes a result, an outcome or a time of it, which may do no harm. Drawn by rapidcheck.
void disturb(History& history);

}  // namespace shardlab::scenarios::history
