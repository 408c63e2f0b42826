#include "core/worker/reconcile.h"

#include <utility>

namespace shardlab::worker {

Reconciler::Reconciler(std::vector<Type> key_types, const RowRouter& router, DiffRules rules)
    : merge_(std::move(key_types), rules), router_(router) {}

void Reconciler::feed_source(std::vector<Row> rows) {
  merge_.feed_left(std::move(rows));
  advance();
}

void Reconciler::feed_destination(std::vector<Row> rows) {
  merge_.feed_right(std::move(rows));
  advance();
}

void Reconciler::end_source() {
  merge_.end_left();
  advance();
}

void Reconciler::end_destination() {
  merge_.end_right();
  advance();
}

std::vector<ReconcileAction> Reconciler::take_actions() { return std::exchange(actions_, {}); }

void Reconciler::advance() {
  while (!done_) {
    switch (merge_.next()) {
      case RowMerge::Outcome::need_rows: return;
      case RowMerge::Outcome::equal: ++counters_.equal_rows; break;
      case RowMerge::Outcome::different: change(merge_.left(), merge_.right()); break;
      case RowMerge::Outcome::left_only: insert(merge_.left()); break;
      case RowMerge::Outcome::right_only: remove(merge_.right()); break;
      case RowMerge::Outcome::end: done_ = true; break;
    }
  }
}

void Reconciler::insert(const Row& row) {
  actions_.emplace_back(ActionKind::insert, router_.route(row), row);
  ++counters_.inserts;
}

void Reconciler::remove(const Row& row) {
  actions_.emplace_back(ActionKind::delete_, router_.route(row), row);
  ++counters_.deletes;
}

void Reconciler::change(const Row& source, const Row& destination) {
  const std::size_t shard = router_.route(source);
  if (shard == router_.route(destination)) {
    actions_.emplace_back(ActionKind::update, shard, source);
    ++counters_.updates;
    return;
  }
  remove(destination);
  insert(source);
}

}  // namespace shardlab::worker
