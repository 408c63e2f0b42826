#include "core/worker/number_text.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/base/error.h"

using namespace shardlab;
using namespace shardlab::worker;

TEST_CASE("Numbers: integers compare by value, whatever their size", "[property]") {
  rc::prop("like the numbers", [](std::int64_t a, std::int64_t b) {
    RC_ASSERT(compare_numbers(std::to_string(a), std::to_string(b)) == (a <=> b));
  });
  rc::prop("like the unsigned numbers", [](std::uint64_t a, std::uint64_t b) {
    RC_ASSERT(compare_numbers(std::to_string(a), std::to_string(b)) == (a <=> b));
  });
}

TEST_CASE("Numbers: decimals compare by value, not by text", "[unit]") {
  CHECK((compare_numbers("1.0", "1") == 0));
  CHECK((compare_numbers("07", "7") == 0));
  CHECK((compare_numbers("-0.0", "0") == 0));
  CHECK((compare_numbers("0.10", ".1") == 0));
  CHECK((compare_numbers("1e3", "999.5") > 0));
  CHECK((compare_numbers("1e3", "1000") == 0));
  CHECK((compare_numbers("-1.5e-3", "-1.4e-3") < 0));
  CHECK((compare_numbers("3.14", "3.2") < 0));
  CHECK((compare_numbers("18446744073709551616", "18446744073709551615") > 0));
  CHECK((compare_numbers("0", "0.001") < 0));
  CHECK((compare_numbers("-1", "18446744073709551615") < 0));
}

TEST_CASE("Numbers: text that is no number is refused", "[unit]") {
  for (const char* text : {"", "-", ".", "1x", "e5", "1e", "1.2.3"}) {
    INFO(text);
    CHECK_THROWS_AS(compare_numbers(text, "1"), Error);
  }
}

TEST_CASE("Numbers: a fixed-point number prints shortest and reads back", "[property]") {
  rc::prop("round trip", [] {
    const auto number = *rc::gen::inRange<std::int64_t>(-1'000'000'000'000, 1'000'000'000'000);
    const auto decimals = *rc::gen::inRange(0, 6);
    RC_ASSERT(parse_fixed(format_fixed(number, decimals), decimals) == number);
  });
  CHECK(format_fixed(2500, 3) == "2.5");
  CHECK(format_fixed(-5, 3) == "-0.005");
}

TEST_CASE("Numbers: what does not fit in fixed point is nothing", "[unit]") {
  CHECK_FALSE(parse_fixed("1e3", 2));
  CHECK_FALSE(parse_fixed("1.234", 2));
  CHECK_FALSE(parse_fixed("12345678901234567", 2));
}
