#include "scenarios/cluster/addresses.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"

using namespace shardlab::scenarios;

TEST_CASE("Addresses: pods are spread over three nodes of a large pool") {
  Addresses addresses(parse_address_pool("10.64.0.0/16"));
  CHECK(addresses.next() == "10.64.0.3");
  CHECK(addresses.next() == "10.64.1.3");
  CHECK(addresses.next() == "10.64.2.3");
  CHECK(addresses.next() == "10.64.0.4");
}

TEST_CASE("Addresses: a small pool is one node, and its end is an error") {
  Addresses addresses(parse_address_pool("192.168.7.8/29"));
  CHECK(addresses.next() == "192.168.7.11");
  CHECK(addresses.next() == "192.168.7.12");
  CHECK(addresses.next() == "192.168.7.13");
  CHECK(addresses.next() == "192.168.7.14");
  CHECK_THROWS_AS(addresses.next(), shardlab::Error);  // .15 is the broadcast address
}
