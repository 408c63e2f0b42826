#include "scenarios/text/units.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck/catch.h>

#include "scenarios/text/text_error.h"

using namespace shardlab::scenarios;
using shardlab::Duration;

TEST_CASE("parse_duration: each unit has its size") {
  CHECK(parse_duration("7ns").count() == 7);
  CHECK(parse_duration("7us").count() == 7'000);
  CHECK(parse_duration("250ms").count() == 250'000'000);
  CHECK(parse_duration("7s").count() == 7'000'000'000);
  CHECK(parse_duration("5m").count() == 300'000'000'000);
  CHECK(parse_duration("2h").count() == 7'200'000'000'000);
}

TEST_CASE("parse_duration: decimals are exact") {
  CHECK(parse_duration("41.2s").count() == 41'200'000'000);
  CHECK(parse_duration("0.1s").count() == 100'000'000);
  CHECK(parse_duration("1.000000001s").count() == 1'000'000'001);
  CHECK(parse_duration("0.5m").count() == 30'000'000'000);
}

TEST_CASE("parse_duration: what is no time is refused") {
  for (auto text : {"", "5", "s", "5 s", "-5s", "5sec", "1.5ns", "1.s", ".5s", "1.2.3s", "5S",
                    "9223372036854775807h", "99999999999999999999s", "1e3s"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_duration(text), TextError);
  }
}

TEST_CASE("parse_duration: every millisecond comes back from its decimal seconds") {
  rc::prop("round trip", [](std::uint32_t ms) {
    const auto text = fmt::format("{}.{:03}s", ms / 1000, ms % 1000);
    RC_ASSERT(parse_duration(text) == std::chrono::milliseconds(ms));
  });
}

TEST_CASE("parse_rate: a count and the time it is for") {
  CHECK(parse_rate("20/s") == Rate{20, std::chrono::seconds(1)});
  CHECK(parse_rate("300/m") == Rate{300, std::chrono::minutes(1)});
  for (auto text : {"20", "20/", "/s", "0/s", "-1/s", "20/d", "1.5/s", "9999999999/s"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_rate(text), TextError);
  }
}

TEST_CASE("parse_range: both ends belong to the range") {
  const NumberRange range = parse_range("100..104");
  CHECK(range.size() == 5);
  CHECK(range.contains(100));
  CHECK(range.contains(104));
  CHECK_FALSE(range.contains(105));
  CHECK(parse_range("7") == NumberRange{7, 7});
  for (auto text : {"", "..", "1..", "..1", "2..1", "1-2", "1...2", "a..b"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_range(text), TextError);
  }
}

TEST_CASE("parse_millionths: decimals from 0 to 1 without rounding") {
  CHECK(parse_millionths("0.3") == 300'000);
  CHECK(parse_millionths("0") == 0);
  CHECK(parse_millionths("1.0") == 1'000'000);
  CHECK(parse_millionths("0.000001") == 1);
  for (auto text : {"1.1", "-0.1", "3e-1", "0.0000001", "nan"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_millionths(text), TextError);
  }
}

TEST_CASE("parse_address_pool: a network and its prefix") {
  CHECK(parse_address_pool("10.64.0.0/16") == AddressPool{0x0a400000, 16});
  CHECK(parse_address_pool("0.0.0.0/0") == AddressPool{0, 0});
  CHECK(parse_address_pool("1.2.3.4/32") == AddressPool{0x01020304, 32});
  for (auto text : {"10.64.0.0", "10.64.0/16", "10.64.0.0.0/16", "10.64.0.256/16", "10.64.0.0/33",
                    "10.64.0.1/16", "a.b.c.d/8"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_address_pool(text), TextError);
  }
}
