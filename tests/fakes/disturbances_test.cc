#include "fakes/disturbances.h"

#include <catch2/catch.hpp>

using namespace shardlab::fakes;

TEST_CASE("Disturbances: one with a number is used up, one without lasts as long as its fault") {
  const auto all = std::make_shared<Disturbances>();
  CHECK_FALSE(all->take(Disturbance::kill_query));
  auto kills = all->add(Disturbance::kill_query, 2);
  CHECK(all->take(Disturbance::kill_query));
  CHECK(all->take(Disturbance::kill_query));
  CHECK_FALSE(all->take(Disturbance::kill_query));
  CHECK(kills->effects() == 2);
  auto hot = all->add(Disturbance::hot_page, 0);
  for (int i = 0; i < 5; ++i) CHECK(all->take(Disturbance::hot_page));
  CHECK(hot->effects() == 5);
  hot.reset();
  CHECK_FALSE(all->take(Disturbance::hot_page));
}

TEST_CASE("Disturbances: amounts of a kind add up, and all of it count what came of them") {
  const auto all = std::make_shared<Disturbances>();
  auto first = all->add(Disturbance::late_apply, 5);
  auto second = all->add(Disturbance::late_apply, 7);
  auto other = all->add(Disturbance::slow_answer, 100);
  CHECK(all->amount(Disturbance::late_apply) == 12);
  all->count(Disturbance::late_apply);
  CHECK(first->effects() == 1);
  CHECK(second->effects() == 1);
  CHECK(other->effects() == 0);
  first.reset();
  CHECK(all->amount(Disturbance::late_apply) == 7);
}
