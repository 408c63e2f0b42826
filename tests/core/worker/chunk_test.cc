#include "core/worker/chunk.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/worker/number_text.h"

using namespace shardlab;
using namespace shardlab::worker;

namespace {

ChunkEstimate estimate(Type type, const std::string& min, const std::string& max, int chunks) {
  ChunkEstimate result;
  result.row_count = 1'000'000;
  result.has_primary_key = true;
  result.type = type;
  result.min = Value(type, min);
  result.max = Value(type, max);
  result.chunk_count = chunks;
  result.min_rows_per_chunk = 10;
  return result;
}

bool holds(const Chunk& chunk, const std::string& number) {
  return (chunk.start.is_null() || compare_numbers(chunk.start.text(), number) <= 0) &&
         (chunk.end.is_null() || compare_numbers(number, chunk.end.text()) < 0);
}

int chunks_that_hold(const std::vector<Chunk>& chunks, const std::string& number) {
  int count = 0;
  for (const Chunk& chunk : chunks) count += holds(chunk, number) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("Chunks: every number is in exactly one, also outside of the bounds", "[property]") {
  rc::prop("signed", [](std::int64_t a, std::int64_t b, std::int64_t number) {
    const auto chunks = generate_chunks(estimate(Type::int64, std::to_string(std::min(a, b)),
                                                 std::to_string(std::max(a, b)),
                                                 *rc::gen::inRange(1, 50)));
    RC_ASSERT(chunks_that_hold(chunks, std::to_string(number)) == 1);
  });
  rc::prop("unsigned", [](std::uint64_t a, std::uint64_t b, std::uint64_t number) {
    const auto chunks = generate_chunks(estimate(Type::uint64, std::to_string(std::min(a, b)),
                                                 std::to_string(std::max(a, b)),
                                                 *rc::gen::inRange(1, 50)));
    RC_ASSERT(chunks_that_hold(chunks, std::to_string(number)) == 1);
  });
}

TEST_CASE("Chunks: the whole signed range is cut without overflow", "[unit]") {
  const auto chunks = generate_chunks(
      estimate(Type::int64, "-9223372036854775808", "9223372036854775807", 4));
  REQUIRE(chunks.size() == 4);
  CHECK(chunks[1].start.text() == "-4611686018427387905");
  CHECK(chunks[3].start.text() == "4611686018427387901");
}

TEST_CASE("Chunks: float bounds that have no short decimal step are still in order", "[unit]") {
  const auto chunks = generate_chunks(estimate(Type::float64, "-1.5", "2", 3));
  REQUIRE(chunks.size() == 3);
  CHECK(chunks[1].start.text() == "-0.3334");
  CHECK(chunks[2].start.text() == "0.8332");
}

TEST_CASE("Chunks: floats with an exponent are read in one chunk", "[unit]") {
  CHECK(generate_chunks(estimate(Type::float64, "1e10", "1e20", 5)).size() == 1);
}

TEST_CASE("Chunks: without a key or bounds there is one chunk, open at both ends", "[unit]") {
  auto no_key = estimate(Type::int64, "1", "1000", 5);
  no_key.has_primary_key = false;
  CHECK(generate_chunks(no_key) == std::vector{Chunk()});
  auto empty = estimate(Type::int64, "1", "1000", 5);
  empty.min = Value::null();
  CHECK(generate_chunks(empty).size() == 1);
  CHECK(generate_chunks(estimate(Type::int64, "1000", "1", 5)).size() == 1);
}

TEST_CASE("Chunks: the numbers of a table's chunks align", "[unit]") {
  const auto chunks = generate_chunks(estimate(Type::int64, "0", "1000", 10));
  REQUIRE(chunks.size() == 10);
  CHECK(to_string(chunks[2]) == " 3/10");
  CHECK(to_string(chunks[9]) == "10/10");
}

TEST_CASE("Chunk query: backquotes in names are doubled", "[unit]") {
  CHECK(chunk_query({"a`b", {"c"}, {"c"}}, Chunk()) == "SELECT `c` FROM `a``b` ORDER BY `c`");
}
