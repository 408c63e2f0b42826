#include "scenarios/faults/server_session.h"

#include <catch2/catch.hpp>

#include "scenarios/file/load.h"

using namespace shardlab;
using namespace shardlab::scenarios;

TEST_CASE("ServerSession: what is typed after the server has ended is refused, and ends nothing") {
  const std::string host = "test-0000000101";
  LiveCluster cluster(load_scenario(SHARDLAB_SOURCE_DIR "/scenarios/files/guide.toml"), 1);
  bring_up(cluster);
  ServerSession session(cluster, host);
  REQUIRE(session.run("SET GLOBAL innodb_lock_wait_timeout = 7").ok());
  const auto off = cluster.world().find_host(host)->power_off();
  CHECK_FALSE(session.server());
  CHECK_FALSE(session.is_waited_for());
  const auto outcome = session.run("SELECT 1");
  CHECK(outcome.error.value().sql_errno() == 2006);
  CHECK(outcome.result.rows.empty());
}
