#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/runs/program.h"

using namespace shardlab::runs;

namespace {

/// The first steps of a split.
std::string write_scenario(const TemporaryFolder& folder, const std::string& more) {
  const std::string path = folder.file("short.toml");
  std::ofstream(path) << "format = 1\nextends = \"" SHARDLAB_SOURCE_DIR
                         "/scenarios/files/recovery.toml\"\n[scenario]\nname = \"short\"\n"
                         "end_before = \"list\"\n"
                      << more;
  return path;
}

Ran crash_points(const TemporaryFolder& folder, const std::string& file, const std::string& more) {
  return run_program("crash-points " + file + " --dir " + folder.file("out") + " " + more);
}

nlohmann::json json_of(const Ran& ran) { return nlohmann::json::parse(ran.out); }

}  // namespace

TEST_CASE("crash-points: each process dies at its points, and all worlds recover") {
  const TemporaryFolder folder;
  const std::string file = write_scenario(folder, "");
  const Ran ran = crash_points(folder, file, "--every 25 --json");
  INFO(ran.out << ran.err);
  CHECK(ran.status == 0);
  const auto json = json_of(ran);
  const auto points = json.at("points").get<std::uint64_t>();
  CHECK(json.at("worlds") == points / 25);
  CHECK(json.at("held") == json.at("worlds"));
  for (const char* process : {"etcd", "mysqld", "vtctld", "vttablet", "vtgate"}) {
    CHECK(json.at("by_process").at(process) > 0);
  }
  CHECK(json_of(crash_points(folder, file, "--every 1000000 --json")).at("points") == points);
}

TEST_CASE("crash-points: a world that does not recover is a case that plays again") {
  const TemporaryFolder folder;
  // No write may fail: a master that dies makes it so.
  const std::string file = write_scenario(folder, "[[property]]\nuse = [\"service-goes-on\"]\n");
  const Ran ran = crash_points(folder, file, "--every 40 --shrink 0s");
  INFO(ran.out << ran.err);
  CHECK(ran.status == 1);
  CHECK(ran.out.find(" before message ") != std::string::npos);
  const std::size_t at = ran.out.rfind("replay    shardlab ");
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + 19;
  const Ran again = run_program(ran.out.substr(begin, ran.out.find('\n', begin) - begin));
  CHECK(again.status == 1);
  CHECK(again.out.find("trace differs") == std::string::npos);
}

TEST_CASE("crash-points: pairs die one after the other, the same ones every time") {
  const TemporaryFolder folder;
  const std::string file = write_scenario(folder, "");
  const auto pairs = [&] {
    auto json = json_of(crash_points(folder, file, "--every 100 --pairs --json"));
    json.erase("real_ns");
    return json;
  };
  const auto first = pairs();
  CHECK(first.at("pairs") == true);
  CHECK(first.at("worlds") > 5);
  CHECK(first == pairs());
}

TEST_CASE("crash-points: wrong use is told") {
  CHECK(run_program("crash-points nothing.toml").status == 2);
  CHECK(run_program("crash-points scenarios/files/recovery.toml --every 0").status == 2);
  CHECK(run_program("crash-points scenarios/files/recovery.toml --time never").status == 2);
}
