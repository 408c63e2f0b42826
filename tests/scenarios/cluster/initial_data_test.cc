#include "scenarios/cluster/initial_data.h"

#include <catch2/catch.hpp>

#include "fakes/mysql/engine.h"

using namespace shardlab;
using namespace shardlab::scenarios;

namespace {

Scenario with_rows(std::int64_t count, std::vector<std::uint64_t> pages) {
  Scenario scenario;
  scenario.files["create_test_table.sql"].content =
      "CREATE TABLE messages (page BIGINT(20) UNSIGNED, time_created_ns BIGINT(20) UNSIGNED, "
      "message VARCHAR(10000), PRIMARY KEY (page, time_created_ns)) ENGINE=InnoDB";
  DataRows data;
  data.table = "messages";
  data.count = count;
  data.pages = std::move(pages);
  scenario.data = data;
  return scenario;
}

std::string ask(sim::Disk& disk, const std::string& sql) {
  fakes::mysql::Engine engine(disk, fakes::mysql::EngineOptions());
  const auto outcome = engine.execute(engine.open_session("dba"), sql, 0);
  return outcome.error ? outcome.error->message() : outcome.result.rows.at(0).at(0).text();
}

}  // namespace

TEST_CASE("initial rows: go round the pages, each with a time of its own, in key order") {
  const auto rows = initial_rows(with_rows(3, {7, 2}));
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].page == 2);
  CHECK(rows[0].text == "message 0002");
  CHECK(rows[1].text == "message 0001");
  CHECK(rows[2].text == "message 0003");
  CHECK(rows[1].time_created_ns + 2'000'000 == rows[2].time_created_ns);
}

TEST_CASE("restored disk: has the shard's rows and an empty binary log") {
  const Scenario scenario = with_rows(2500, {1, 4, 6});
  const auto rows = initial_rows(scenario);
  const auto count = [&](const std::string& shard) {
    const auto disk = restored_disk(scenario, "ks", shard, rows);
    CHECK(ask(*disk, "SELECT @@global.gtid_current_pos") == "");
    return ask(*disk->clone(), "SELECT COUNT(*) FROM vt_ks.messages");
  };
  CHECK(count("0") == "2500");
  CHECK(count("-80") == "834");
  CHECK(count("80-") == "1666");
}

TEST_CASE("restored disk: says what is wrong with the table's file") {
  Scenario scenario = with_rows(0, {1});
  scenario.files["create_test_table.sql"].content = "CREATE TABEL x";
  CHECK_THROWS_AS(restored_disk(scenario, "ks", "0", {}), Error);
}
