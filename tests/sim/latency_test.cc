#include "sim/latency.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"
#include "sim/choices.h"

namespace shardlab::sim {

TEST_CASE("Latency: the quantiles follow the median and the 99th percentile") {
  const Latency latency = Latency::lognormal(1ms, 8ms);
  CHECK(latency.quantile(63) < 1ms);
  CHECK(latency.quantile(64) > 1ms);
  CHECK(latency.quantile(64) < 1010us);
  CHECK(latency.quantile(126) > 7ms);
  CHECK(latency.quantile(127) < 12ms);
  for (std::uint32_t i = 1; i < Latency::quantiles; ++i) {
    CHECK(latency.quantile(i) > latency.quantile(i - 1));
  }
}

TEST_CASE("Latency: a lognormal one is one of its quantiles, drawn once") {
  Choices choices(1);
  Choices same(1);
  const Latency latency = Latency::lognormal(1ms, 8ms);
  for (int i = 0; i < 100; ++i) {
    const auto index = same.draw("network.latency", Latency::quantiles);
    CHECK(latency.draw(choices) == latency.quantile(static_cast<std::uint32_t>(index)));
  }
  CHECK(choices.draws() == 100);
}

TEST_CASE("Latency: a constant one draws nothing") {
  Choices choices(1);
  CHECK(Latency::constant(3ms).draw(choices) == 3ms);
  CHECK(choices.draws() == 0);
}

TEST_CASE("Latency: a uniform one reaches both its ends and nothing beyond") {
  Choices choices(1);
  const Latency latency = Latency::uniform(5ns, 8ns);
  int seen[4] = {};
  for (int i = 0; i < 400; ++i) {
    const auto index = (latency.draw(choices) - 5ns).count();
    REQUIRE(index >= 0);
    REQUIRE(index < 4);
    ++seen[index];
  }
  for (int count : seen) CHECK(count > 50);
}

TEST_CASE("Latency: what cannot be is refused") {
  CHECK_THROWS_AS(Latency::uniform(2ms, 1ms), BugError);
  CHECK_THROWS_AS(Latency::constant(-1ns), BugError);
  CHECK_THROWS_AS(Latency::lognormal(0ms, 1ms), BugError);
}

}  // namespace shardlab::sim
