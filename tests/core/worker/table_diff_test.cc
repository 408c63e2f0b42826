#include "core/worker/table_diff.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <rapidcheck/catch.h>

using namespace shardlab;
using namespace shardlab::worker;

namespace {

using Side = std::map<std::int64_t, std::string>;

std::vector<Row> rows_on(const Side& side) {
  std::vector<Row> rows;
  for (const auto& [id, text] : side) rows.push_back({Value::of_int(id), Value::of_text(text)});
  return rows;
}

Side drawn_side() {
  Side side;
  for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
    side[*rc::gen::inRange(-3, 6)] = *rc::gen::element<std::string>("a", "b");
  }
  return side;
}

TableDiff diff_in_one_batch(const Side& left, const Side& right) {
  TableDiff diff("t", {Type::int64});
  diff.feed_left(rows_on(left));
  diff.feed_right(rows_on(right));
  diff.end_left();
  diff.end_right();
  return diff;
}

// Gives the next rows, in batches of `size`, to a side that wants some, or ends it.
template <class Feed, class End>
void supply(std::vector<Row>& rows, std::size_t size, Feed feed, End end) {
  if (rows.empty()) return end();
  const auto count = static_cast<std::ptrdiff_t>(std::min(size, rows.size()));
  std::vector<Row> batch(rows.begin(), rows.begin() + count);
  rows.erase(rows.begin(), rows.begin() + count);
  feed(std::move(batch));
}

}  // namespace

TEST_CASE("TableDiff: its counts are those of comparing the two tables key by key", "[property]") {
  rc::prop("like a model", [] {
    const Side left = drawn_side();
    const Side right = drawn_side();
    DiffReport expected;
    for (const auto& [id, text] : left) {
      const auto other = right.find(id);
      if (other == right.end()) ++expected.extra_left;
      else if (other->second == text) ++expected.matching;
      else ++expected.mismatched;
    }
    for (const auto& [id, text] : right) expected.extra_right += left.contains(id) ? 0 : 1;
    const auto diff = diff_in_one_batch(left, right);
    RC_ASSERT(diff.done());
    expected.processed = diff.report().processed;
    RC_ASSERT(diff.report() == expected);
    RC_ASSERT(diff.report().has_differences() == (left != right));
  });
}

TEST_CASE("TableDiff: how the rows are cut into batches makes no difference", "[property]") {
  rc::prop("any batches", [] {
    auto left = rows_on(drawn_side());
    auto right = rows_on(drawn_side());
    TableDiff whole("t", {Type::int64});
    whole.feed_left(left);
    whole.feed_right(right);
    whole.end_left();
    whole.end_right();
    TableDiff cut("t", {Type::int64});
    const auto left_size = *rc::gen::inRange<std::size_t>(1, 4);
    const auto right_size = *rc::gen::inRange<std::size_t>(1, 4);
    while (!cut.done()) {
      RC_ASSERT(cut.wants_left() || cut.wants_right());
      if (cut.wants_left()) {
        supply(left, left_size, [&](auto rows) { cut.feed_left(std::move(rows)); },
               [&] { cut.end_left(); });
      }
      if (cut.wants_right()) {
        supply(right, right_size, [&](auto rows) { cut.feed_right(std::move(rows)); },
               [&] { cut.end_right(); });
      }
    }
    RC_ASSERT(cut.report() == whole.report());
    RC_ASSERT(cut.take_log_lines() == whole.take_log_lines());
  });
}

TEST_CASE("TableDiff: equal tables count one more row than they have", "[unit]") {
  const Side three{{1, "a"}, {2, "b"}, {3, "c"}};
  CHECK(diff_in_one_batch(three, three).report().processed == 4);
  CHECK(diff_in_one_batch({}, {}).report().processed == 1);
}

TEST_CASE("TableDiff: each kind of difference is logged as Vitess words it", "[unit]") {
  auto diff = diff_in_one_batch({{1, "a"}, {2, "b"}, {4, "d"}}, {{2, "x"}, {3, "c"}, {4, "d"}});
  CHECK(diff.take_log_lines() ==
        std::vector<std::string>{
            R"([table=t] Extra row 0 on left: [INT64(1) VARCHAR("a")])",
            R"([table=t] Different content 0 in same PK: )"
            R"([INT64(2) VARCHAR("b")] != [INT64(2) VARCHAR("x")])",
            R"([table=t] Extra row 0 on right: [INT64(3) VARCHAR("c")])"});
  CHECK(diff.take_log_lines().empty());
}

TEST_CASE("TableDiff: drained rows are counted as extra, logged once and not processed", "[unit]") {
  auto diff = diff_in_one_batch({{1, "a"}}, {{1, "a"}, {2, "b"}, {3, "c"}});
  CHECK(diff.report().extra_right == 2);
  CHECK(diff.report().processed == 2);
  CHECK(diff.take_log_lines() ==
        std::vector<std::string>{"Draining extra row(s) found on the right starting with: "
                                 "[INT64(2) VARCHAR(\"b\")]"});
}

TEST_CASE("TableDiff: at most ten lines of a kind are logged", "[unit]") {
  Side left;
  Side right;
  for (int i = 0; i < 25; ++i) left[i] = "a", right[i] = "b";
  auto diff = diff_in_one_batch(left, right);
  CHECK(diff.report().mismatched == 25);
  CHECK(diff.take_log_lines().size() == 10);
}

TEST_CASE("TableDiff: the result line is the guide's", "[unit]") {
  const Side three{{1, "a"}, {2, "b"}, {3, "c"}};
  CHECK(result_line("messages", diff_in_one_batch(three, three).report(), 2'000'000) ==
        "Table messages checks out (4 rows processed, 2000 qps)");
  CHECK(result_line("messages", diff_in_one_batch(three, {}).report(), 0) ==
        "Table messages has differences: DiffReport{1 processed, 0 matching, 0 mismatched, "
        "3 extra left, 0 extra right, 0 q/s}");
}
