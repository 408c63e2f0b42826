#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/value.h"
#include "core/worker/row_merge.h"

namespace shardlab::worker {

/// What a comparison of two tables found. `processed` counts, as Vitess does, one more than the
/// pairs looked at: three equal rows give 4, an empty table 1; drained rows do not count.
struct DiffReport {
  std::int64_t processed = 0;
  std::int64_t matching = 0;
  std::int64_t mismatched = 0;
  std::int64_t extra_left = 0;
  std::int64_t extra_right = 0;

  bool has_differences() const { return mismatched != 0 || extra_left != 0 || extra_right != 0; }
  friend bool operator==(const DiffReport&, const DiffReport&) = default;
};

/// Rows per second of virtual time, 0 when no time has passed.
std::int64_t rows_per_second(std::int64_t rows, std::int64_t elapsed_ns);

/// The last line about a table: `Table messages checks out (4 rows processed, 1072961 qps)` or
/// `Table messages has differences: DiffReport{4 processed, 2 matching, ...}`.
std::string result_line(std::string_view table, const DiffReport& report, std::int64_t elapsed_ns);

/// Compares one table of the source (left) with the destination's (right), both in key order.
/// Feed whatever side wants rows until `done`.
/// Source: Vitess go/vt/worker/diff_utils.go `RowDiffer`.
class TableDiff {
 public:
  TableDiff(std::string table, std::vector<Type> key_types, DiffRules rules = {});

  bool wants_left() const { return !done_ && merge_.wants_left(); }
  bool wants_right() const { return !done_ && merge_.wants_right(); }
  void feed_left(std::vector<Row> rows);
  void feed_right(std::vector<Row> rows);
  void end_left();
  void end_right();
  bool done() const { return done_; }

  const DiffReport& report() const { return report_; }
  /// The lines logged since the last call, at most ten of each kind in all:
  /// `[table=messages] Extra row 0 on left: [...]`, `Draining extra row(s) found on the right ...`.
  std::vector<std::string> take_log_lines();

 private:
  void advance();
  void note_different();
  void note_extra(const char* side, const Row& row, std::int64_t& count);

  std::string table_;
  RowMerge merge_;
  DiffReport report_;
  std::vector<std::string> log_lines_;
  bool drains_ = false;
  bool done_ = false;
};

}  // namespace shardlab::worker
