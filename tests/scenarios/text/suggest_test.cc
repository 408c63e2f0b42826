#include "scenarios/text/suggest.h"

#include <array>
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace shardlab::scenarios;

namespace {
constexpr std::array<std::string_view, 3> kKinds{"crash", "restart", "partition"};
}

TEST_CASE("edit_distance: counts changed, added, dropped and swapped letters") {
  CHECK(edit_distance("crush", "crash") == 1);
  CHECK(edit_distance("limit", "limmit") == 1);
  CHECK(edit_distance("limit", "lmit") == 1);
  CHECK(edit_distance("test", "tset") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "abc") == 0);
}

TEST_CASE("edit_distance: is the same both ways and zero only for equals") {
  rc::prop("symmetry", [](const std::string& one, const std::string& other) {
    RC_ASSERT(edit_distance(one, other) == edit_distance(other, one));
    RC_ASSERT((edit_distance(one, other) == 0) == (one == other));
  });
}

TEST_CASE("closest: gives what was probably meant, and nothing for a strange word") {
  CHECK(closest("crush", kKinds) == "crash");
  CHECK(closest("partitoin", kKinds) == "partition");
  CHECK(closest("colour", kKinds) == std::nullopt);
}

TEST_CASE("did_you_mean: always lists what is allowed") {
  CHECK(did_you_mean("crush", "kinds", kKinds) ==
        "did you mean \"crash\"?   kinds: crash restart partition");
  CHECK(did_you_mean("colour", "kinds", kKinds) == "kinds: crash restart partition");
}
