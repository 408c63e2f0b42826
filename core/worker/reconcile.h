#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/value.h"
#include "core/worker/row_merge.h"
#include "core/worker/row_router.h"

namespace shardlab::worker {

enum class ActionKind { insert, update, delete_ };

/// A statement to run on one destination shard, so that it holds what the source holds.
struct ReconcileAction {
  ReconcileAction(ActionKind kind, std::size_t shard, Row row)
      : kind(kind), shard(shard), row(std::move(row)) {}

  ActionKind kind;
  std::size_t shard;  ///< index in `RowRouter::shards()`
  Row row;            ///< the source row, or for a delete the destination row
  friend bool operator==(const ReconcileAction&, const ReconcileAction&) = default;
};

/// A moved row counts as one delete and one insert.
struct ReconcileCounters {
  std::int64_t inserts = 0;
  std::int64_t updates = 0;
  std::int64_t deletes = 0;
  std::int64_t equal_rows = 0;

  std::int64_t processed() const { return inserts + updates + deletes + equal_rows; }
  friend bool operator==(const ReconcileCounters&, const ReconcileCounters&) = default;
};

/// Finds the statements that turn the destination's rows into the source's, both in key order:
/// a row only in the source is inserted where it routes to, one only in the destination is deleted
/// where its own values route to, a changed one is updated, or deleted and inserted when its shard
/// changes. Feed whatever side wants rows, take the actions in between, until `done`.
/// Source: Vitess go/vt/worker/row_differ.go `RowDiffer2`.
class Reconciler {
 public:
  /// `router` must outlive it.
  Reconciler(std::vector<Type> key_types, const RowRouter& router, DiffRules rules = {});

  bool wants_source() const { return !done_ && merge_.wants_left(); }
  bool wants_destination() const { return !done_ && merge_.wants_right(); }
  /// Throws Error: failed_precondition for a row that belongs to no shard.
  void feed_source(std::vector<Row> rows);
  void feed_destination(std::vector<Row> rows);
  void end_source();
  void end_destination();
  bool done() const { return done_; }

  const ReconcileCounters& counters() const { return counters_; }
  /// The actions found since the last call, in key order.
  std::vector<ReconcileAction> take_actions();

 private:
  void advance();
  void insert(const Row& row);
  void remove(const Row& row);
  void change(const Row& source, const Row& destination);

  RowMerge merge_;
  const RowRouter& router_;
  ReconcileCounters counters_;
  std::vector<ReconcileAction> actions_;
  bool done_ = false;
};

}  // namespace shardlab::worker
