#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unistd.h>

#include "tests/runs/golden_file.h"
#include "tests/runs/program.h"

using namespace shardlab::runs;

namespace {

constexpr const char* guide = "check scenarios/files/guide.toml";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string last_line(const std::string& text) {
  const auto lines = lines_of(text);
  return lines.empty() ? "" : lines.back();
}

/// All but what differs from one sweep to the next.
std::string without_figures(const std::string& text) {
  std::string rest;
  for (const std::string& line : lines_of(text)) {
    if (!line.starts_with("figures ")) rest += line + "\n";
  }
  return rest;
}

/// The first line that begins so, without its beginning.
std::string behind(const std::string& beginning, const std::string& text) {
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with(beginning)) return line.substr(beginning.size());
  }
  return "";
}

/// The guide, changed by these lines of TOML.
std::string write_scenario(const std::string& path, const std::string& lines) {
  std::ofstream(path) << "format = 1\nextends = \"" SHARDLAB_SOURCE_DIR
                         "/scenarios/files/guide.toml\"\n"
                      << lines;
  return path;
}

/// Every world of it fails, and the numbers in the sentence differ.
std::string write_impossible(const TemporaryFolder& folder) {
  return write_scenario(folder.file("violated.toml"),
                        "[scenario]\nname = \"violated\"\n[[step]]\nid = \"list\"\n"
                        "expect = { that = \"count(tablets) == 16\" }\n");
}

void check_refused(const std::string& arguments, const std::vector<std::string>& said,
                   int status = 2) {
  const Ran ran = run_program(arguments);
  INFO("shardlab " << arguments << "\n" << ran.err);
  CHECK(ran.status == status);
  CHECK(ran.out.empty());
  for (const std::string& part : said) CHECK(ran.err.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("shardlab check: a sweep in which all holds ends with status 0 and the verdict") {
  const Ran ran = run_program(fmt::format("{} --seeds 3..6", guide));
  CHECK(ran.status == 0);
  CHECK(ran.err.empty());
  CHECK(ran.out.starts_with("regressions  "));
  CHECK(ran.out.find("\nguide  4 seeds  held 4\n  sometimes 1 of 1 reached\n") !=
        std::string::npos);
  CHECK(ran.out.find("\nfigures     ") != std::string::npos);
  CHECK(last_line(ran.out) == "verdict     held: 4 worlds of 1 scenario");
}

TEST_CASE("shardlab check: the number of jobs changes nothing but the figures", "[determinism]") {
  const TemporaryFolder folder;
  const std::string arguments = fmt::format(
      "check scenarios/files/guide-live.toml {} --seeds 1..4 --schedule random --dir {} "
      "--jobs ",
      write_impossible(folder), folder.file("out"));
  const Ran one = run_program(arguments + "1");
  CHECK(one.status == 1);
  CHECK(lines_of(one.out).size() > 8);
  const Ran three = run_program(arguments + "3");
  CHECK(three.status == 1);
  CHECK(first_difference(without_figures(one.out), without_figures(three.out)) == "");
}

TEST_CASE("shardlab check: worlds that fail alike are one finding, and its replay line works") {
  const TemporaryFolder folder;
  const std::string file = write_impossible(folder);
  const Ran ran =
      run_program(fmt::format("check {} --seeds 5..8 --dir {}", file, folder.file("out")));
  CHECK(ran.status == 1);
  CHECK(ran.out.find("\nviolated  4 seeds  held 0  violated 4\n") != std::string::npos);
  CHECK(behind("  FAIL ", ran.out).ends_with(" (expectation)  seed 5 and 3 others"));
  CHECK(ran.out.find("count(tablets)") != std::string::npos);
  CHECK(last_line(ran.out) == "verdict     violated: 4 violated in 4 worlds");

  const std::string replay = behind("  replay    shardlab ", ran.out);
  CHECK(replay.starts_with("replay " + folder.file("out/found/")));
  const Ran again = run_program(replay);
  CHECK(again.status == 1);
  CHECK(again.out.find("count(tablets)") != std::string::npos);
}

TEST_CASE("shardlab check: the parts of a sweep are the whole of it") {
  const auto json = [](const std::string& part) {
    const Ran ran = run_program(fmt::format("{} --seeds 1..5 --json {}", guide, part));
    CHECK(ran.status == 0);
    auto lines = lines_of(ran.out);
    REQUIRE(lines.size() == 3);
    CHECK(nlohmann::json::parse(lines.front()).at("not_held").empty());
    lines.erase(lines.begin());
    CHECK(nlohmann::json::parse(lines[1]).at("verdict") == "held");
    return nlohmann::json::parse(lines[0]);
  };
  const auto whole = json(""), first = json("--partition 1/2"), second = json("--partition 2/2");
  CHECK(first.at("worlds") == 3);
  CHECK(second.at("worlds") == 2);
  CHECK(first.at("events").get<int>() + second.at("events").get<int>() == whole.at("events"));
}

TEST_CASE("shardlab check: a folder stands for the scenarios in it, by name") {
  const TemporaryFolder folder;
  write_scenario(folder.file("b.toml"), "[scenario]\nname = \"bee\"\n");
  write_scenario(folder.file("a.toml"), "[scenario]\nname = \"ant\"\n");
  write_scenario(folder.file("base.toml"), "");
  std::ofstream(folder.file("notes.txt")) << "no TOML";
  const Ran ran = run_program(fmt::format("check {} --seeds 1..2", folder.file("")));
  CHECK(ran.status == 0);
  const std::size_t bee = ran.out.find("\nbee  2 seeds");
  CHECK(ran.out.starts_with("ant  2 seeds"));
  CHECK(bee != std::string::npos);
  CHECK(ran.out.find("guide") == std::string::npos);
  CHECK(last_line(ran.out) == "verdict     held: 4 worlds of 2 scenarios");
}

TEST_CASE("shardlab check: inconclusive worlds end with status 3") {
  const TemporaryFolder folder;
  const std::string late =
      write_scenario(folder.file("late.toml"), "[scenario]\nlimit = \"45s\"\n");
  const Ran ran = run_program(fmt::format("check {} --seeds 1..2", late));
  CHECK(ran.status == 3);
  CHECK(ran.out.find("  OPEN ") != std::string::npos);
  CHECK(last_line(ran.out) == "verdict     inconclusive: 2 inconclusive in 2 worlds");
}

TEST_CASE("shardlab check: when the time is up it tells what it saw") {
  const TemporaryFolder folder;
  // Without situations, which a fast machine should reach.
  const std::string file = write_scenario(folder.file("plain.toml"),
                                          "[scenario]\nname = \"plain\"\n"
                                          "[[property]]\nuse = [\"rows-on-their-shard\"]\n");
  const Ran ran = run_program(fmt::format("check {} --seeds 1..1000000 --time 2s", file));
  CHECK(ran.out.find(" of 1,000,000 seeds  held ") != std::string::npos);
  CHECK(ran.out.find("\ntime        2 s were up after ") != std::string::npos);
  CHECK(last_line(ran.out).starts_with("verdict     held: "));
  CHECK(ran.status == 0);
}

TEST_CASE("shardlab check: without any world nothing ran, status 5") {
  const Ran ran = run_program(fmt::format("{} --time 1ns", guide));
  CHECK(ran.status == 5);
  CHECK(last_line(ran.out) == "verdict     nothing ran");
  check_refused(fmt::format("{} --seeds 1..3 --partition 4/5", guide),
                {"nothing to run", "--seeds 1..3", "--partition 4/5"}, 5);
  const TemporaryFolder folder;
  check_refused("check " + folder.file(""), {"nothing to run", "no scenario"}, 5);
}

TEST_CASE("shardlab check: wrong usage is refused with status 2 and a next step") {
  check_refused("check", {"PATH", "shardlab --help"});
  check_refused("check no/such.toml", {"no/such.toml", "shardlab check --help"});
  check_refused("check tests/scenarios/bad/key_misspelt.toml",
                {"key_misspelt.toml:4:1: unknown key \"limmit\""});
  check_refused(fmt::format("{} --jobs 0", guide), {"--jobs"});
  check_refused(fmt::format("{} --jobs many", guide), {"--jobs"});
  check_refused(fmt::format("{} --seeds 5..1", guide), {"--seeds", "1..1000", "5..1"});
  check_refused(fmt::format("{} --seeds 0..18446744073709551615", guide), {"smaller range"});
  check_refused(fmt::format("{} --partition 3/2", guide), {"--partition", "2/5", "3/2"});
  check_refused(fmt::format("{} --time soon", guide), {"--time", "60s", "soon"});
  check_refused(fmt::format("{} --schedule lifo", guide), {"no schedule is called \"lifo\""});
}

TEST_CASE("shardlab check: a worker that dies costs its seed, and the sweep goes on") {
  const TemporaryFolder
      folder;  // beside the guide lie regressions, which have workers of their own
  const std::string file =
      write_scenario(folder.file("guide.toml"), "[scenario]\nname = \"guide\"\n");
  RunningProgram sweep(fmt::format("check {} --seeds 1..12 --jobs 2", file));
  kill(sweep.children(2).front(), SIGKILL);
  const Ran ran = sweep.finish();
  INFO(ran.out << ran.err);
  CHECK(ran.status == 70);
  CHECK(ran.out.starts_with("guide  12 seeds  held 11  internal error 1\n  ERROR "));
  CHECK(ran.out.find("its worker process was killed by signal 9 (Killed)\n") != std::string::npos);
  CHECK(ran.out.find(fmt::format("  replay    shardlab run {} --seed ", file)) !=
        std::string::npos);
  CHECK(last_line(ran.out) == "verdict     internal error: 1 internal error in 12 worlds");
}

TEST_CASE("shardlab check: Ctrl-C ends the workers and tells what was seen, status 130") {
  const TemporaryFolder folder;  // without regressions, which come first and have workers, too
  const std::string file = write_scenario(folder.file("guide.toml"), "");
  RunningProgram sweep(fmt::format("check {} --seeds 1..1000000 --jobs 2", file));
  const std::vector<pid_t> workers = sweep.children(2);
  sweep.signal(SIGINT);
  const Ran ran = sweep.finish();
  CHECK(ran.status == 130);
  CHECK(ran.out.find("\nstopped     Ctrl-C after ") != std::string::npos);
  CHECK(last_line(ran.out).find(" so far, stopped by Ctrl-C") != std::string::npos);
  CHECK(std::ranges::none_of(workers, is_running));
}

TEST_CASE("shardlab check: workers do not outlive a program that is killed") {
  std::vector<pid_t> workers;
  {
    const RunningProgram sweep(fmt::format("{} --seeds 1..1000000 --jobs 2", guide));
    workers = sweep.children(2);
  }
  for (int tries = 0; tries < 500 && std::ranges::any_of(workers, is_running); ++tries) {
    usleep(10'000);
  }
  CHECK(std::ranges::none_of(workers, is_running));
}
