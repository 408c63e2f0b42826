#include "tools/bench/figure.h"

#include <catch2/catch.hpp>

namespace shardlab::bench {
namespace {

Figure a_figure(Target target) { return {.name = "sleep", .unit = "ns", .target = target}; }

TEST_CASE("Figure: a target holds up to its bound, of the value or of the ratio") {
  Figure figure = a_figure({Target::Of::value, 600});
  figure.value = 600;
  CHECK(figure.holds() == true);
  figure.value = 600.1;
  CHECK(figure.holds() == false);
  figure.target = Target{Target::Of::ratio, 1.2};
  figure.ratio = 1.2;
  CHECK(figure.holds() == true);
  figure.ratio = 1.21;
  CHECK(figure.holds() == false);
}

TEST_CASE("Figure: nothing holds or fails without a target, or without what it speaks of") {
  Figure figure = a_figure({Target::Of::ratio, 1.2});
  figure.value = 1;
  CHECK(figure.holds() == std::nullopt);
  figure.ratio = 1;
  figure.target.reset();
  CHECK(figure.holds() == std::nullopt);
}

TEST_CASE("Figure: the median of ratios is taken within each repeat") {
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
  CHECK(median_ratio({10, 400, 30}, {20, 100, 10}) == 3);  // of the medians it would be 1.5
}

TEST_CASE("Figure: as JSON every field is there, null where there is nothing") {
  Figure figure = a_figure({Target::Of::ratio, 1.2});
  figure.value = 75.5;
  figure.peer = "asio loop";
  figure.ratio = 1.25;
  CHECK(to_json("sim", figure) ==
        R"({"bench":"sim","figure":"sleep","value":75.5,"unit":"ns","peer":"asio loop",)"
        R"("ratio":1.25,"target":"ratio <= 1.2","holds":false})");
  CHECK(to_json("sim", Figure{.name = "sleep", .unit = "ns", .skipped = "no \"peer\""}) ==
        R"({"bench":"sim","figure":"sleep","value":null,"unit":"ns","peer":null,)"
        R"("ratio":null,"target":null,"holds":null,"skipped":"no \"peer\""})");
}

TEST_CASE("Figure: the table tells a target that does not hold, and counts only judged ones") {
  Figure good = a_figure({Target::Of::value, 600});
  good.value = 100;
  Figure bad = a_figure({Target::Of::value, 600});
  bad.value = 700;
  Figure skipped = a_figure({Target::Of::value, 600});
  skipped.skipped = "not at hand";
  const std::string table = to_table({good, bad, skipped});
  CHECK(table.find("DOES NOT HOLD") != table.npos);
  CHECK(table.find("skipped: not at hand") != table.npos);
  CHECK(table.ends_with("\n1 of 2 targets hold\n"));
}

}  // namespace
}  // namespace shardlab::bench
