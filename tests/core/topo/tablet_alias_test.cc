#include "core/topo/tablet_alias.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace shardlab;
using namespace shardlab::topo;

TEST_CASE("TabletAlias: the text of an alias reads back as the alias", "[property]") {
  rc::prop("round trip", [](std::uint32_t uid) {
    const TabletAlias alias("test", uid);
    RC_ASSERT(parse_tablet_alias(to_string(alias)).value() == alias);
  });
}

TEST_CASE("TabletAlias: text order and alias order agree within a cell", "[property]") {
  rc::prop("same order", [](std::uint32_t a, std::uint32_t b) {
    const TabletAlias left("test", a);
    const TabletAlias right("test", b);
    RC_ASSERT((left < right) == (to_string(left) < to_string(right)));
  });
}

TEST_CASE("TabletAlias: what is no alias is refused with the expected form", "[unit]") {
  try {
    parse_tablet_alias("test-1x").value();
    FAIL("a wrong alias was read");
  } catch (const Error& error) {
    CHECK(error.message() == "invalid tablet alias: 'test-1x', expecting format: '<cell>-<uid>'");
  }
}
