#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/runs/golden_file.h"
#include "tests/runs/program.h"

using namespace shardlab::runs;

namespace {

/// The check of a quiet guide, in a guide where the source's master dies: writes fail.
std::string write_violated(const TemporaryFolder& folder) {
  const std::string path = folder.file("violated.toml");
  std::ofstream(path) << "format = 1\nextends = \"" SHARDLAB_SOURCE_DIR
                         "/scenarios/files/guide-live.toml\"\n"
                      << R"toml(
[scenario]
name = "violated"
pace = "10s"
end_before = "up"

[[fault]]
kind = "pause"
target = "rdonly(test_keyspace/0)"
at = "1s"
for = "300ms"

[[fault]]
id = "die"
kind = "crash"
target = "master(test_keyspace/0)"
at = "2345ms"
delay = { min = "0ms", max = "100ms" }
for = "4s"

[[fault]]
kind = "clock-skew"
target = "vtgate(test)"
amount = "50ms"
at = "3s"

[[property]]
use = ["service-goes-on"]
)toml";
  return path;
}

std::string check_command(const TemporaryFolder& folder, const std::string& more) {
  return "check " + write_violated(folder) + " --dir " + folder.file("out") + " " + more;
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Behind the last `shardlab ` in a text: `"replay /tmp/.../3f9c1e.toml"`.
std::string last_command(const std::string& text) {
  const std::size_t at = text.rfind("replay    shardlab ");
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + std::string("replay    shardlab ").size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("check: a failure is saved, made smaller, told, and plays again from its file") {
  const TemporaryFolder folder;
  const Ran checked = run_program(check_command(folder, "--seeds 7..7"));
  CHECK(checked.status == 1);
  INFO(checked.out);
  INFO(checked.err);
  CHECK(checked.out.starts_with("FAIL  service-goes-on      violated      seed 7      safety\n"));
  CHECK(checked.out.find("shrunk    1 fault, ") != std::string::npos);
  CHECK(checked.out.find("FAULT crash master(test_keyspace/0)") != std::string::npos);
  CHECK(checked.out.find("clock-skew") == std::string::npos);
  CHECK(checked.out.find("<- without it, no failure") != std::string::npos);
  CHECK(checked.err.find("-raw.toml") != std::string::npos);

  const std::string replay = last_command(checked.out);
  const Ran first = run_program(replay), second = run_program(replay);
  CHECK(first.status == 1);
  CHECK(first.out == second.out);
  CHECK(first.out.starts_with("FAIL  service-goes-on"));
  CHECK(first.out.find("trace differs") == std::string::npos);

  const std::string file = replay.substr(replay.find(' ') + 1);
  const Ran again = run_program("shrink " + file + " --budget 120s");
  CHECK(again.status == 1);
  CHECK(again.out.find("<- without it, no failure") != std::string::npos);
}

TEST_CASE("check: a case as it was found plays like its seed") {
  const TemporaryFolder folder;
  const Ran checked = run_program(check_command(folder, "--seeds 3..3 --shrink 0s"));
  CHECK(checked.status == 1);
  const Ran replayed = run_program(last_command(checked.out));
  CHECK(replayed.status == 1);
  CHECK(replayed.out.find("trace differs") == std::string::npos);
  CHECK(files_in(folder.file("out/found")).size() >= 1);
}

TEST_CASE("replay: a case whose failure is gone is told apart, as a regression it holds") {
  const TemporaryFolder folder;
  run_program(check_command(folder, "--seeds 7..7 --shrink 0s"));
  const std::string file = files_in(folder.file("out/found")).back();
  std::string text = content_of_file(file);
  const std::size_t fault = text.find("[[fault]]"), end = text.find("[case]");
  REQUIRE(fault < end);
  text.erase(fault, end - fault);
  text.insert(text.find("extends"), "fault = []\n");
  std::filesystem::create_directories(folder.file("regressions"));
  const std::string mended = folder.file("regressions/mended.toml");
  // Where it lies now the scenario is one folder nearer.
  text.replace(text.find("../../violated.toml"), 19, "../violated.toml");
  std::ofstream(mended) << text;
  if (std::filesystem::exists(file.substr(0, file.size() - 5) + ".choices")) {
    std::filesystem::copy_file(
        file.substr(0, file.size() - 5) + ".choices",
        folder.file("regressions/") + std::filesystem::path(file).stem().string() + ".choices");
  }

  const Ran replayed = run_program("replay " + mended);
  INFO(replayed.out << replayed.err);
  CHECK(replayed.status == 6);
  CHECK(replayed.out.starts_with("outcome changed\n"));
  CHECK(run_program("shrink " + mended).status == 6);
}

TEST_CASE("corpus: cases are added, listed, played before all seeds, and pruned") {
  const TemporaryFolder folder;
  run_program(check_command(folder, "--seeds 7..8 --shrink 0s"));
  std::string added;
  for (const std::string& file : files_in(folder.file("out/found"))) {
    if (!file.ends_with(".toml")) continue;
    const Ran ran = run_program("corpus --in " + folder.file("regressions") + " add " + file);
    CHECK(ran.status == 0);
    added = ran.out.substr(0, ran.out.size() - 1);
  }
  CHECK(added.find("/regressions/service-goes-on/") != std::string::npos);
  CHECK(run_program("replay " + added).status == 1);

  const Ran listed = run_program("corpus --in " + folder.file("regressions") + " list");
  CHECK(listed.status == 0);
  CHECK(listed.out.find("service-goes-on  violated seed 7") != std::string::npos);

  const Ran checked = run_program(check_command(folder, "--seeds 9..9 --shrink 0s"));
  CHECK(checked.status == 1);
  CHECK(checked.out.find("regressions  1 case  violated 1\n") != std::string::npos);
  CHECK(run_program("corpus --in " + folder.file("regressions") + " run").status == 1);

  const std::string twin = added.substr(0, added.size() - 5) + "z.toml";  // of two the first stays
  std::filesystem::copy_file(added, twin);
  const Ran pruned = run_program("corpus --in " + folder.file("regressions") + " prune");
  CHECK(pruned.status == 0);
  CHECK(pruned.out == "removed " + twin + "\n");
  CHECK(std::filesystem::exists(added));
  CHECK_FALSE(std::filesystem::exists(twin));
  CHECK(run_program("corpus --in " + folder.file("nowhere") + " list").status == 5);
}

TEST_CASE("replay, shrink, corpus: wrong files are told with what to do") {
  const Ran scenario = run_program("replay scenarios/files/guide.toml");
  CHECK(scenario.status == 2);
  CHECK(scenario.err.find("this is no case") != std::string::npos);
  CHECK(run_program("replay nothing.toml").status == 2);
  CHECK(run_program("shrink nothing.toml").status == 2);
  CHECK(run_program("shrink scenarios/files/guide.toml --budget soon").status == 2);
  CHECK(run_program("corpus").status == 2);
}
