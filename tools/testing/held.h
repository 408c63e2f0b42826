#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "tools/testing/play.h"

namespace shardlab::testing {

/// `REQUIRE_THAT(play(scenario, 7), Held())`: nothing asked of the run is violated, and all of it
/// could be judged. When it does not hold, what `tell` says goes to standard output.
class Held final : public Catch::MatcherBase<Played> {
 public:
  bool match(const Played& played) const override;
  std::string describe() const override { return "should have held"; }
};

/// What went wrong, in one line.
std::string summary_of(const Played& played);

}  // namespace shardlab::testing

template <>
struct Catch::StringMaker<shardlab::testing::Played> {
  static std::string convert(const shardlab::testing::Played& played) {
    return shardlab::testing::summary_of(played);
  }
};
