#include "core/topo/keyspace_shard.h"

#include <catch2/catch.hpp>

using namespace shardlab;
using namespace shardlab::topo;

TEST_CASE("KeyspaceShard: its text reads back, and a colon is accepted too", "[unit]") {
  const KeyspaceShard shard("test_keyspace", "-80");
  CHECK(parse_keyspace_shard(to_string(shard)).value() == shard);
  CHECK(parse_keyspace_shard("test_keyspace:-80").value() == shard);
}

TEST_CASE("KeyspaceShard: no separator, two of them or no keyspace is refused", "[unit]") {
  for (const char* text : {"", "ks", "/0", "ks/0/1", "/ks/0", "ks:0/1"}) {
    INFO(text);
    CHECK(parse_keyspace_shard(text).has_error());
  }
}
