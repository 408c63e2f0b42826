#include "scenarios/history/append_list.h"

#include <algorithm>

namespace shardlab::scenarios::history {

AppendList::AppendList(const History& history)
    : history_(history), order_(history.initial), length_(history.initial.size()) {
  for (const Operation& operation : history.operations) {
    if (operation.is_write() || !operation.counts()) continue;
    if (operation.values.size() > order_.size()) order_ = operation.values;
  }
  // Then every read that is shorter than what was there before, or begins otherwise, fits nowhere.
  const bool keeps_initial = is_beginning(history.initial);
  reads_left_.resize(order_.size() + 1);
  for (const Operation& operation : history.operations) {
    const bool is_read = !operation.is_write() && operation.counts();
    is_readable_.push_back(is_read && keeps_initial && is_beginning(operation.values));
    if (!is_read) continue;
    ++reads_left_[operation.values.size()];
    ++all_reads_left_;
  }
}

bool AppendList::is_beginning(const std::vector<std::uint64_t>& values) const {
  return values.size() <= order_.size() && std::equal(values.begin(), values.end(), order_.begin());
}

Fit AppendList::fit(std::size_t number) const {
  const Operation& operation = history_.operations[number];
  if (!operation.is_write()) {
    const bool fits = is_readable_[number] && operation.values.size() == length_;
    return fits ? Fit::surely : Fit::no;
  }
  if (all_reads_left_ == 0) return Fit::surely;
  const bool is_next = length_ < order_.size() && order_[length_] == operation.value;
  return is_next && reads_left_[length_] == 0 ? Fit::surely : Fit::no;
}

void AppendList::apply(std::size_t number) {
  const Operation& operation = history_.operations[number];
  if (operation.is_write()) {
    ++length_;
  } else {
    --reads_left_[operation.values.size()];
    --all_reads_left_;
  }
}

void AppendList::undo(std::size_t number) {
  const Operation& operation = history_.operations[number];
  if (operation.is_write()) {
    --length_;
  } else {
    ++reads_left_[operation.values.size()];
    ++all_reads_left_;
  }
}

/// Nothing: up to the last read there is one order only, and then none is asked for.
void AppendList::add_state_to(std::vector<std::uint64_t>&) const {}

}  // namespace shardlab::scenarios::history
