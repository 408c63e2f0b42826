#include "scenarios/run/facts.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"
#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab::scenarios;

namespace {

bool holds(const WorldFacts& facts, std::string_view text) {
  return std::get<bool>(evaluate(parse_expression(text), facts.facts()).data);
}

/// In the middle of the split: masters still on shard 0.
struct Middle {
  Middle() {
    world.add_shard("0", 100).add_shard("-80", 200).add_shard("80-", 300);
    world.serve({"0"}, {"80-", "-80"});
    world.messages["test-0000000100"] = {MessageRow(1, 10, "a"), MessageRow(4, 20, "b")};
    world.messages["test-0000000200"] = {MessageRow(1, 10, "a")};
    world.messages["test-0000000300"] = {MessageRow(4, 20, "b")};
  }
  FakeWorld world;
  WorldFacts facts{world, "ks"};
};

}  // namespace

TEST_CASE("Facts: which shards exist and which tablets there are") {
  Middle middle;
  CHECK(holds(middle.facts, "exists('0') and not exists('40-')"));
  CHECK(holds(middle.facts, "count(tablets) == 3"));
}

TEST_CASE("Facts: who serves a type, in key order") {
  Middle middle;
  CHECK(holds(middle.facts, "serving('replica') == ['-80', '80-'] and serving('master') == ['0']"));
  CHECK(holds(middle.facts, "serving('master', '0') and not serving('rdonly', '0')"));
}

TEST_CASE("Facts: rows of the masters add up") {
  Middle middle;
  CHECK(holds(middle.facts, "rows('0') == rows('-80') + rows('80-')"));
  middle.world.messages["test-0000000300"].clear();
  CHECK_FALSE(holds(middle.facts, "rows('0') == rows('-80') + rows('80-')"));
}

TEST_CASE("Facts: what was remembered is compared with what is") {
  Middle middle;
  const Expr condition = parse_expression("unchanged_since('before', rows('0'))");
  middle.facts.remember(remembered_by(condition));
  CHECK(std::get<bool>(evaluate(condition, middle.facts.facts()).data));
  middle.world.messages["test-0000000100"].pop_back();
  CHECK_FALSE(std::get<bool>(evaluate(condition, middle.facts.facts()).data));
}

TEST_CASE("Facts: rows of a shard without a master, and an unknown type, are errors") {
  Middle middle;
  CHECK_THROWS_AS(holds(middle.facts, "count(rows('40-')) == 0"), shardlab::Error);
  CHECK_THROWS_AS(holds(middle.facts, "serving('primary') == ['0']"), shardlab::Error);
  CHECK_THROWS_AS(holds(middle.facts, "unchanged_since('never', rows('0'))"), shardlab::Error);
}
