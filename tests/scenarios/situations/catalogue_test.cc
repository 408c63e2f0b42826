#include "scenarios/situations/catalogue.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "scenarios/file/scenario.h"

using namespace shardlab::scenarios::situations;
using shardlab::scenarios::known_checks;

TEST_CASE("situations: every name stands for one thing: a theme, a situation or a check") {
  std::set<std::string_view> names(known_checks().begin(), known_checks().end());
  for (const Theme& theme : themes()) {
    CHECK(names.insert(theme.name).second);
    for (const Situation& situation : theme.situations) {
      INFO(situation.name);
      CHECK(names.insert(situation.name).second);
    }
  }
}

TEST_CASE("situations: each says in half a sentence when it is reached, and fits on a line") {
  for (const Theme& theme : themes()) {
    CHECK_FALSE(theme.situations.empty());
    for (const Situation& situation : theme.situations) {
      INFO(situation.name << ": " << situation.about);
      CHECK(situation.name.size() <= 46);
      CHECK(situation.about.size() > 10);
      CHECK(situation.about.size() < 90);
      CHECK_FALSE(situation.about.ends_with('.'));
      CHECK(situation.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
            std::string::npos);
    }
  }
}

TEST_CASE("situations: they are found by their names and by those of their themes") {
  REQUIRE(find_situation("frozen-reached"));
  CHECK(find_situation("frozen-reached")->name == "frozen-reached");
  REQUIRE(find_theme("cutover"));
  CHECK(find_theme("cutover")->situations.front().name == "frozen-reached");
  CHECK(find_situation("cutover") == nullptr);
  CHECK(find_theme("frozen-reached") == nullptr);
}
