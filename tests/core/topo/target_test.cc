#include "core/topo/target.h"

#include <catch2/catch.hpp>

#include "core/key/error_of.h"

using namespace shardlab;
using namespace shardlab::topo;

TEST_CASE("Target: a bare keyspace takes the default type and no destination", "[unit]") {
  const auto target = parse_target("ks", TabletType::replica).value();
  CHECK(target.keyspace == "ks");
  CHECK(target.tablet_type == TabletType::replica);
  CHECK_FALSE(target.destination.has_value());
}

TEST_CASE("Target: an unknown type is left for later to fail", "[unit]") {
  CHECK(parse_target("ks@nonsense", TabletType::primary)->tablet_type == TabletType::unknown);
}

TEST_CASE("Target: several ranges in one destination are refused", "[unit]") {
  CHECK(error_of(parse_target("ks[20-40-60]", TabletType::primary)).message() ==
        "single keyrange expected in 20-40-60");
}

TEST_CASE("Target: a bracket closed before it opens has no end", "[unit]") {
  CHECK(parse_target("]ks[10-20", TabletType::primary).has_error());
}
