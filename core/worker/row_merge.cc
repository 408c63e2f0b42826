#include "core/worker/row_merge.h"

#include "core/base/error.h"

namespace shardlab::worker {

RowMerge::RowMerge(std::vector<Type> key_types, DiffRules rules)
    : key_types_(std::move(key_types)), rules_(rules) {}

void RowMerge::Side::feed(std::vector<Row> batch) {
  check(wants_rows(), "rows are fed to a side that wants them");
  rows = std::move(batch);
  at = 0;
}

RowMerge::Outcome RowMerge::next() {
  const bool both = last_ == Outcome::equal || last_ == Outcome::different;
  if (both || last_ == Outcome::left_only) ++left_.at;
  if (both || last_ == Outcome::right_only) ++right_.at;
  last_ = compare();
  return last_;
}

RowMerge::Outcome RowMerge::compare() const {
  if (left_.wants_rows() || right_.wants_rows()) return Outcome::need_rows;
  if (left_.at_end()) return right_.at_end() ? Outcome::end : Outcome::right_only;
  if (right_.at_end()) return Outcome::left_only;
  if (rows_equal(left(), right(), rules_)) return Outcome::equal;
  const auto order = compare_keys(key_types_, left(), right(), rules_);
  if (order < 0) return Outcome::left_only;
  if (order > 0) return Outcome::right_only;
  return Outcome::different;
}

}  // namespace shardlab::worker
