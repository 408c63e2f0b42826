#include "core/worker/table_diff.h"

#include <fmt/format.h>
#include <utility>

namespace shardlab::worker {
namespace {

constexpr std::int64_t logged_per_kind = 10;
constexpr std::int64_t second_ns = 1'000'000'000;

}  // namespace

std::int64_t rows_per_second(std::int64_t rows, std::int64_t elapsed_ns) {
  if (elapsed_ns <= 0) return 0;
  // Whole seconds first: rows * 10^9 overflows from 9 * 10^9 rows on.
  if (rows > INT64_MAX / second_ns) return rows / (elapsed_ns / second_ns + 1);
  return rows * second_ns / elapsed_ns;
}

std::string result_line(std::string_view table, const DiffReport& report, std::int64_t elapsed_ns) {
  const std::int64_t rate = rows_per_second(report.processed, elapsed_ns);
  if (!report.has_differences()) {
    return fmt::format("Table {} checks out ({} rows processed, {} qps)", table, report.processed,
                       rate);
  }
  return fmt::format(
      "Table {} has differences: DiffReport{{{} processed, {} matching, {} mismatched, "
      "{} extra left, {} extra right, {} q/s}}",
      table, report.processed, report.matching, report.mismatched, report.extra_left,
      report.extra_right, rate);
}

TableDiff::TableDiff(std::string table, std::vector<Type> key_types, DiffRules rules)
    : table_(std::move(table)), merge_(std::move(key_types), rules) {}

void TableDiff::feed_left(std::vector<Row> rows) {
  merge_.feed_left(std::move(rows));
  advance();
}

void TableDiff::feed_right(std::vector<Row> rows) {
  merge_.feed_right(std::move(rows));
  advance();
}

void TableDiff::end_left() {
  merge_.end_left();
  advance();
}

void TableDiff::end_right() {
  merge_.end_right();
  advance();
}

std::vector<std::string> TableDiff::take_log_lines() { return std::exchange(log_lines_, {}); }

void TableDiff::advance() {
  while (!done_) {
    const RowMerge::Outcome outcome = merge_.next();
    if (outcome == RowMerge::Outcome::need_rows) return;
    if (!drains_) ++report_.processed;
    switch (outcome) {
      case RowMerge::Outcome::need_rows: break;
      case RowMerge::Outcome::equal: ++report_.matching; break;
      case RowMerge::Outcome::different: note_different(); break;
      case RowMerge::Outcome::left_only:
        note_extra("left", merge_.left(), report_.extra_left);
        break;
      case RowMerge::Outcome::right_only:
        note_extra("right", merge_.right(), report_.extra_right);
        break;
      case RowMerge::Outcome::end: done_ = true; break;
    }
  }
}

void TableDiff::note_different() {
  if (report_.mismatched < logged_per_kind) {
    log_lines_.push_back(fmt::format("[table={}] Different content {} in same PK: {} != {}", table_,
                                     report_.mismatched, describe_row(merge_.left()),
                                     describe_row(merge_.right())));
  }
  ++report_.mismatched;
}

void TableDiff::note_extra(const char* side, const Row& row, std::int64_t& count) {
  if (merge_.draining()) {
    if (!drains_) {
      log_lines_.push_back(fmt::format("Draining extra row(s) found on the {} starting with: {}",
                                       side, describe_row(row)));
    }
    drains_ = true;
  } else if (count < logged_per_kind) {
    log_lines_.push_back(
        fmt::format("[table={}] Extra row {} on {}: {}", table_, count, side, describe_row(row)));
  }
  ++count;
}

}  // namespace shardlab::worker
