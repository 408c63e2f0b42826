#include "scenarios/history/growing_set.h"

#include <algorithm>

namespace shardlab::scenarios::history {
namespace {

void sort_and_unite(std::vector<std::uint64_t>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

GrowingSet::GrowingSet(const History& history) : history_(history) {
  number_values();
  reads_left_showing_.resize(values_.size());
  is_present_.resize(values_.size());
  for (const std::uint64_t value : history.initial) is_present_[*number_of(value)] = true;
  size_ = static_cast<std::size_t>(std::count(is_present_.begin(), is_present_.end(), true));
  for (const Operation& operation : history.operations) {
    std::vector<std::size_t>& shown = shown_.emplace_back();
    if (!operation.counts()) continue;
    if (operation.is_write()) {
      shown.push_back(*number_of(operation.value));
      continue;
    }
    shown.reserve(operation.values.size());
    for (const std::uint64_t value : operation.values) shown.push_back(*number_of(value));
    if (!std::is_sorted(shown.begin(), shown.end())) std::sort(shown.begin(), shown.end());
    for (const std::size_t value : shown) ++reads_left_showing_[value];
    ++reads_left_;
  }
}

void GrowingSet::number_values() {
  values_ = history_.initial;
  for (const Operation& operation : history_.operations) {
    if (operation.is_write()) values_.push_back(operation.value);
  }
  sort_and_unite(values_);
  std::vector<std::uint64_t> strange;  // seen, but never there
  for (const Operation& operation : history_.operations) {
    for (const std::uint64_t value : operation.values) {
      if (!number_of(value)) strange.push_back(value);
    }
  }
  values_.insert(values_.end(), strange.begin(), strange.end());
  sort_and_unite(values_);
}

std::optional<std::size_t> GrowingSet::number_of(std::uint64_t value) {
  // Results mostly come sorted.
  if (next_ >= values_.size() || values_[next_] != value) {
    const auto found = std::lower_bound(values_.begin(), values_.end(), value);
    next_ = static_cast<std::size_t>(found - values_.begin());
  }
  if (next_ == values_.size() || values_[next_] != value) return std::nullopt;
  return next_++;
}

Fit GrowingSet::fit(std::size_t number) const {
  const std::vector<std::size_t>& shown = shown_[number];
  if (history_.operations[number].is_write()) {
    return reads_left_showing_[shown.front()] >= reads_left_ ? Fit::surely : Fit::no;
  }
  if (shown.size() != size_) return Fit::no;
  const bool shows_one_twice = std::adjacent_find(shown.begin(), shown.end()) != shown.end();
  const bool all_are_present = std::all_of(shown.begin(), shown.end(),
                                           [&](std::size_t value) { return is_present_[value]; });
  return all_are_present && !shows_one_twice ? Fit::surely : Fit::no;
}

void GrowingSet::apply(std::size_t number) {
  const std::vector<std::size_t>& shown = shown_[number];
  if (history_.operations[number].is_write()) {
    is_present_[shown.front()] = true;
    ++size_;
    return;
  }
  for (const std::size_t value : shown) --reads_left_showing_[value];
  --reads_left_;
}

void GrowingSet::undo(std::size_t number) {
  const std::vector<std::size_t>& shown = shown_[number];
  if (history_.operations[number].is_write()) {
    is_present_[shown.front()] = false;
    --size_;
    return;
  }
  for (const std::size_t value : shown) ++reads_left_showing_[value];
  ++reads_left_;
}

/// Nothing: the operations that were done say it all.
void GrowingSet::add_state_to(std::vector<std::uint64_t>&) const {}

}  // namespace shardlab::scenarios::history
