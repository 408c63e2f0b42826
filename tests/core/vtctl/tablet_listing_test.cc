#include "core/vtctl/tablet_listing.h"

#include <catch2/catch.hpp>

using namespace shardlab;
using namespace shardlab::vtctl;

TEST_CASE("Tablet listing: no keyspace and no shard print as null, tags in order", "[unit]") {
  TabletListing tablet;
  tablet.alias = topo::TabletAlias("test", 7);
  tablet.type = topo::TabletType::spare;
  tablet.host = "::1";
  tablet.vt_port = 15002;
  tablet.mysql_host = "h";
  tablet.mysql_port = 3306;
  tablet.tags = {{"b", "say \"x\""}, {"a", ""}};
  CHECK(format_tablet(tablet) ==
        R"(test-0000000007 <null> <null> spare [::1]:15002 h:3306 [a: "" b: "say \"x\""])");
}
