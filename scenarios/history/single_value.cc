#include "scenarios/history/single_value.h"

#include <algorithm>

namespace shardlab::scenarios::history {

SingleValue::SingleValue(const History& history) : history_(history) {
  values_.push_back(history.initial.empty() ? Value() : Value(history.initial.back()));
  for (const Operation& operation : history.operations) {
    if (!operation.counts()) continue;
    Left& left = left_of(operation);
    ++(operation.is_write() ? left.writes : left.reads);
  }
}

SingleValue::Value SingleValue::shown_by(const Operation& read) {
  return read.values.empty() ? Value() : Value(read.values.front());
}

SingleValue::Left SingleValue::left(const Value& value) const {
  const auto found = left_.find(value);
  return found == left_.end() ? Left() : found->second;
}

SingleValue::Left& SingleValue::left_of(const Operation& operation) {
  return left_[operation.is_write() ? Value(operation.value) : shown_by(operation)];
}

Fit SingleValue::fit(std::size_t number) const {
  const Operation& operation = history_.operations[number];
  const Value& present = values_.back();
  if (!operation.is_write()) {
    return is_readable(operation) && shown_by(operation) == present ? Fit::surely : Fit::no;
  }
  if (present == Value(operation.value)) return Fit::maybe;
  const Left of_present = left(present);
  if (of_present.reads > 0 && of_present.writes == 0) return Fit::no;
  const bool nobody_sees_it = left(operation.value).reads == 0;
  return nobody_sees_it && of_present.reads == 0 ? Fit::surely : Fit::maybe;
}

void SingleValue::apply(std::size_t number) {
  const Operation& operation = history_.operations[number];
  Left& left = left_of(operation);
  --(operation.is_write() ? left.writes : left.reads);
  if (operation.is_write()) values_.emplace_back(operation.value);
}

void SingleValue::undo(std::size_t number) {
  const Operation& operation = history_.operations[number];
  Left& left = left_of(operation);
  ++(operation.is_write() ? left.writes : left.reads);
  if (operation.is_write()) values_.pop_back();
}

void SingleValue::add_state_to(std::vector<std::uint64_t>& key) const {
  key.push_back(values_.back() ? 1 : 0);
  key.push_back(values_.back().value_or(0));
}

}  // namespace shardlab::scenarios::history
