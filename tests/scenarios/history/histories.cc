#include "tests/scenarios/history/histories.h"

#include <algorithm>
#include <optional>
#include <rapidcheck.h>

namespace shardlab::scenarios::history {
namespace {

using Values = std::vector<std::uint64_t>;

/// The object itself; nothing if the operation cannot have this result.
std::optional<Values> after(Object object, Values values, const Operation& operation) {
  if (!operation.is_write()) {
    Values shown = operation.values;
    if (object == Object::growing_set) {
      std::sort(shown.begin(), shown.end());
      std::sort(values.begin(), values.end());
    }
    if (shown != values) return std::nullopt;
    return values;
  }
  if (object == Object::single_value) values.clear();
  values.push_back(operation.value);
  return values;
}

bool has_order_from(const History& history, const std::vector<bool>& done, const Values& values) {
  const std::vector<Operation>& operations = history.operations;
  bool complete = true;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (!done[i] && operations[i].outcome == Outcome::ok) complete = false;
  }
  if (complete) return true;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (done[i]) continue;
    bool is_first = true;
    for (std::size_t k = 0; k < operations.size(); ++k) {
      if (!done[k] && operations[k].precedes(operations[i])) is_first = false;
    }
    if (!is_first) continue;
    const auto next = after(history.object, values, operations[i]);
    if (!next) continue;
    std::vector<bool> with_it = done;
    with_it[i] = true;
    if (has_order_from(history, with_it, *next)) return true;
  }
  return false;
}

}  // namespace

bool has_order(const History& history) {
  std::vector<bool> done;
  for (const Operation& operation : history.operations) done.push_back(!operation.counts());
  return has_order_from(history, done, history.initial);
}

History drawn_history(Object object, int count, int overlap) {
  constexpr int spacing = 10;
  History history(object);
  const int initial = *rc::gen::inRange(0, object == Object::single_value ? 2 : 4);
  for (int i = 0; i < initial; ++i) history.initial.push_back(static_cast<std::uint64_t>(i));
  Values values = history.initial;
  for (int i = 0; i < count; ++i) {
    Operation operation;
    const std::int64_t effect = std::int64_t{i} * spacing;
    operation.invoked = effect - *rc::gen::inRange(0, overlap * spacing + 1);
    operation.returned = effect + *rc::gen::inRange(0, overlap * spacing + 1);
    operation.kind = *rc::gen::element(Kind::write, Kind::read);
    operation.outcome = *rc::gen::weightedElement<Outcome>(
        {{8, Outcome::ok}, {1, Outcome::unknown}, {1, Outcome::refused}});
    // A few values that are written again and again, or each one once.
    operation.value = static_cast<std::uint64_t>(
        object == Object::single_value ? *rc::gen::inRange(0, 4) : 100 + i);
    if (!operation.is_write()) operation.values = values;
    bool has_effect = operation.counts() && operation.is_write();
    if (operation.outcome == Outcome::unknown)
      has_effect = has_effect && *rc::gen::arbitrary<bool>();
    if (has_effect) values = *after(object, values, operation);
    if (object == Object::growing_set)
      std::reverse(operation.values.begin(), operation.values.end());
    history.operations.push_back(std::move(operation));
  }
  return history;
}

void disturb(History& history) {
  if (history.operations.empty()) return;
  const auto below = [](std::size_t bound) { return *rc::gen::inRange<std::size_t>(0, bound); };
  Operation& operation = history.operations[below(history.operations.size())];
  Values& values = operation.values;
  switch (below(6)) {
    case 0:
      if (!values.empty()) values.erase(values.begin() + static_cast<long>(below(values.size())));
      break;
    case 1: {
      const Operation& other = history.operations[below(history.operations.size())];
      values.push_back(other.is_write() ? other.value : 77);
      break;
    }
    case 2:
      if (!values.empty()) std::swap(values[below(values.size())], values.back());
      break;
    case 3:
      operation.outcome = *rc::gen::element(Outcome::ok, Outcome::unknown, Outcome::refused);
      break;
    case 4: operation.returned = operation.invoked; break;
    default: operation.invoked = operation.returned; break;
  }
}

}  // namespace shardlab::scenarios::history
