#pragma once

#include <cstddef>
#include <vector>

#include "core/base/value.h"
#include "core/worker/row_differ.h"

namespace shardlab::worker {

/// Walks two lists of rows in key order side by side and tells of each key where it is. Rows come
/// in batches as the readers deliver them.
///
///   while (true) switch (merge.next()) {
///     case need_rows: feed each side that wants rows, or end it
///     case end: return
///     case equal, different: use left() and right() ...
///   }
class RowMerge {
 public:
  enum class Outcome {
    need_rows,   ///< a side has run out: feed or end every side that wants rows, then ask again
    equal,       ///< the next rows are the same
    different,   ///< same key, different content
    left_only,   ///< the next left row has no partner
    right_only,  ///< the next right row has no partner
    end,         ///< both sides have ended
  };

  RowMerge(std::vector<Type> key_types, DiffRules rules);

  bool wants_left() const { return left_.wants_rows(); }
  bool wants_right() const { return right_.wants_rows(); }
  /// Only to a side that wants rows; an empty batch changes nothing.
  void feed_left(std::vector<Row> rows) { left_.feed(std::move(rows)); }
  void feed_right(std::vector<Row> rows) { right_.feed(std::move(rows)); }
  void end_left() { left_.ended = true; }
  void end_right() { right_.ended = true; }

  /// Leaves the rows of the previous outcome behind and looks at the next ones.
  Outcome next();
  /// The row the last outcome is about; valid until the next call of `next`.
  const Row& left() const { return left_.front(); }
  const Row& right() const { return right_.front(); }
  /// Has the other side ended, so that only one is left to be drained.
  bool draining() const { return left_.at_end() != right_.at_end(); }

 private:
  struct Side {
    std::vector<Row> rows;
    std::size_t at = 0;
    bool ended = false;

    void feed(std::vector<Row> batch);
    bool exhausted() const { return at == rows.size(); }
    bool wants_rows() const { return exhausted() && !ended; }
    bool at_end() const { return exhausted() && ended; }
    const Row& front() const { return rows[at]; }
  };

  Outcome compare() const;

  std::vector<Type> key_types_;
  DiffRules rules_;
  Side left_;
  Side right_;
  Outcome last_ = Outcome::need_rows;
};

}  // namespace shardlab::worker
