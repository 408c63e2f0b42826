#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "tests/runs/golden_file.h"
#include "tests/runs/program.h"

using namespace shardlab::runs;

namespace {

constexpr const char* guide = "run scenarios/files/guide.toml";

std::string last_line(const std::string& text) {
  if (text.empty()) return "";
  const std::size_t begin = text.rfind('\n', text.size() - 2);
  return text.substr(begin == std::string::npos ? 0 : begin + 1);
}

/// The guide, changed by these lines of TOML.
std::string write_scenario(const TemporaryFolder& folder, const std::string& lines) {
  const std::string path = folder.file("changed.toml");
  std::ofstream(path) << "format = 1\nextends = \"" SHARDLAB_SOURCE_DIR
                         "/scenarios/files/guide.toml\"\n"
                      << lines;
  return path;
}

/// Wrong usage: status 2, nothing on standard output, and standard error says all of it.
void check_refused(const std::string& arguments, const std::vector<std::string>& said) {
  const Ran ran = run_program(arguments);
  INFO("shardlab " << arguments << "\n" << ran.err);
  CHECK(ran.status == 2);
  CHECK(ran.out.empty());
  for (const std::string& part : said) CHECK(ran.err.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("shardlab run: a run in which all holds ends with status 0 and the verdict") {
  const Ran ran = run_program(guide);
  CHECK(ran.status == 0);
  CHECK(ran.out.starts_with("guide · seed 1 · 15 tablets · 26 commands · faults off\n"));
  CHECK(last_line(ran.out) == "verdict     held\n");
  CHECK(ran.err.find(" s real (x") != std::string::npos);
}

TEST_CASE("shardlab run: an expectation that does not come true ends with status 1") {
  const TemporaryFolder folder;
  const std::string file = write_scenario(
      folder, "[[step]]\nid = \"list\"\nexpect = { that = \"count(tablets) == 16\" }\n");
  const Ran ran = run_program("run " + file);
  CHECK(ran.status == 1);
  CHECK(last_line(ran.out).starts_with("verdict     violated"));
  CHECK(ran.out.find("count(tablets)") != std::string::npos);
}

TEST_CASE("shardlab run: a run that reaches its limit is inconclusive, status 3") {
  const TemporaryFolder folder;
  const Ran ran = run_program("run " + write_scenario(folder, "[scenario]\nlimit = \"45s\"\n"));
  CHECK(ran.status == 3);
  CHECK(last_line(ran.out).starts_with("verdict     inconclusive"));
}

TEST_CASE("shardlab run: of several files the worst status counts") {
  const TemporaryFolder folder;
  const std::string late = write_scenario(folder, "[scenario]\nlimit = \"45s\"\n");
  const Ran ran = run_program(fmt::format("{} {}", guide, late));
  CHECK(ran.status == 3);
  CHECK(ran.out.find("verdict     held\n") != std::string::npos);
}

TEST_CASE("shardlab run: a scenario with a mistake is refused with line and column") {
  check_refused("run tests/scenarios/bad/key_misspelt.toml",
                {"tests/scenarios/bad/key_misspelt.toml:4:1: unknown key \"limmit\"",
                 "did you mean \"limit\"?"});
}

TEST_CASE("shardlab run: wrong usage is refused with status 2 and a next step") {
  check_refused("run no/such.toml", {"no/such.toml", "cannot read"});
  check_refused("run", {"FILE", "shardlab --help"});
  check_refused("rnu scenarios/files/guide.toml", {"rnu", "shardlab --help"});
  check_refused(fmt::format("{} --sed 7", guide), {"--sed", "shardlab --help"});
  check_refused(fmt::format("{} --seed x", guide), {"--seed", "shardlab --help"});
  check_refused(fmt::format("{} --seed 1 --seeds 1..2", guide), {"--seed", "shardlab --help"});
  check_refused(fmt::format("{} --trace /no/such/folder/t.jsonl", guide),
                {"/no/such/folder/t.jsonl", "choose another file"});
}

TEST_CASE("shardlab run: --seeds takes a range and nothing else") {
  for (const std::string nonsense : {"7", "5..1", "..", "1..", "..3", "a..b", "1..2x", "-1..2",
                                     "1...3", "1..99999999999999999999999"}) {
    check_refused(fmt::format("{} --seeds={}", guide, nonsense), {"1..200", nonsense});
  }
  const Ran ran = run_program(fmt::format("{} --seeds 3..5", guide));
  CHECK(ran.status == 0);
  for (int seed = 3; seed <= 5; ++seed) {
    CHECK(ran.out.find(fmt::format("guide seed {}  held  trace ", seed)) != std::string::npos);
  }
}

TEST_CASE("shardlab run: --json is one line of JSON a run, and nothing else") {
  const Ran ran = run_program(fmt::format("{} --seeds 1..2 --json", guide));
  CHECK(ran.status == 0);
  const std::size_t end = ran.out.find('\n');
  REQUIRE(end != std::string::npos);
  for (const std::string& line : {ran.out.substr(0, end), ran.out.substr(end + 1)}) {
    const auto report = nlohmann::json::parse(line);
    CHECK(report.at("scenario") == "guide");
    CHECK(report.at("verdict") == "held");
  }
  CHECK(nlohmann::json::parse(run_program(fmt::format("{} --json", guide)).out).at("seed") == 1);
}

TEST_CASE("shardlab run: --trace writes every event as a line of JSON") {
  const TemporaryFolder folder;
  const std::string path = folder.file("trace.jsonl");
  const Ran ran = run_program(fmt::format("{} --json --trace {}", guide, path));
  const auto events = nlohmann::json::parse(ran.out).at("events").get<std::size_t>();
  std::ifstream in(path);
  std::size_t lines = 0;
  for (std::string line; std::getline(in, line); ++lines) {
    if (!nlohmann::json::accept(line)) FAIL("line " << lines + 1 << " is no JSON: " << line);
  }
  CHECK(lines == events);
}

TEST_CASE("shardlab run: prints the same bytes twice", "[determinism]") {
  const std::string arguments = "run scenarios/files/guide-live.toml --seed 3 --transcript";
  const std::string out = run_program(arguments).out;
  CHECK(out.size() > 10'000);
  CHECK(first_difference(out, run_program(arguments).out) == "");
}

TEST_CASE("shardlab: the help starts with examples") {
  const Ran help = run_program("--help");
  CHECK(help.status == 0);
  CHECK(help.err.empty());
  const std::size_t examples = help.out.find("Examples\n  shardlab run scenarios/files/guide");
  REQUIRE(examples != std::string::npos);
  CHECK(examples < help.out.find("Usage"));
  CHECK(help.out.find("Exit status") != std::string::npos);
  CHECK(run_program("").out == help.out);
}

TEST_CASE("shardlab version: says what was built, as text and as JSON") {
  const Ran json = run_program("version --json");
  CHECK(json.status == 0);
  const auto facts = nlohmann::json::parse(json.out);
  const Ran text = run_program("version");
  for (const char* name : {"shardlab", "compiler", "boost", "sqlite", "protobuf"}) {
    CAPTURE(name);
    CHECK(text.out.find(facts.at(name).get<std::string>()) != std::string::npos);
  }
}

TEST_CASE("shardlab run: recorded choices can be played, and give the same run") {
  const TemporaryFolder folder;
  const std::string tape = folder.file("choices");
  const Ran first =
      run_program(fmt::format("{} --seed 3 --schedule random --record-choices {}", guide, tape));
  CHECK(first.status == 0);
  const Ran again = run_program(fmt::format("{} --schedule random --play-choices {}", guide, tape));
  CHECK(again.status == 0);
  CHECK(first.out.starts_with("guide · seed 3 · schedule random · 15 tablets"));
  CHECK(again.out.starts_with("guide · choices played · schedule random · 15 tablets"));
  CHECK(first.out.substr(first.out.find('\n')) == again.out.substr(again.out.find('\n')));
}

TEST_CASE("shardlab run: a wrong schedule or choice file is told with the next step, status 2") {
  const TemporaryFolder folder;
  const std::string bad = folder.file("bad");
  std::ofstream(bad) << "not a tape";
  check_refused(std::string(guide) + " --schedule lifo",
                {"no schedule is called \"lifo\"", "fifo, random, pct[:DEPTH], delay[:DELAYS]"});
  check_refused(std::string(guide) + " --schedule pct:9", {"depth: expected 1 to 3"});
  check_refused(fmt::format("{} --play-choices {}", guide, bad), {bad, "not a choice tape"});
  check_refused(std::string(guide) + " --play-choices /nowhere/tape",
                {"cannot read /nowhere/tape"});
  check_refused(std::string(guide) + " --record-choices /nowhere/tape",
                {"cannot write /nowhere/tape"});
}

TEST_CASE("shardlab diff: two recorded runs, equal or not, and what cannot be read") {
  const TemporaryFolder folder;
  const std::string a = folder.file("a.sltrace"), b = folder.file("b.sltrace");
  const std::string c = folder.file("c.sltrace");
  run_program(fmt::format("{} --seed 1 --trace {}", guide, a));
  run_program(fmt::format("{} --seed 1 --trace {}", guide, b));
  run_program(fmt::format("{} --seed 2 --trace {}", guide, c));
  const Ran equal = run_program(fmt::format("diff {} {}", a, b));
  CHECK(equal.status == 0);
  CHECK(equal.out.find("\nequal in all ") != std::string::npos);
  const Ran other = run_program(fmt::format("diff {} {}", a, c));
  CHECK(other.status == 1);
  CHECK(other.out.find("header: seed differs: A 1   B 2\n\nfirst difference: event ") !=
        std::string::npos);
  const auto json = nlohmann::json::parse(run_program(fmt::format("diff {} {} --json", a, c)).out);
  CHECK(json.at("equal") == false);
  CHECK(json.at("a").at("event").at("event") == json.at("event"));
  const std::string whole = content_of_file(a);
  std::ofstream(b, std::ios::binary) << whole.substr(0, whole.size() / 2);
  check_refused(fmt::format("diff {} {}", a, b), {b + ": cut off or damaged behind byte "});
  check_refused(fmt::format("diff {} /nowhere/t.sltrace", a), {"cannot read /nowhere/t.sltrace"});
  check_refused("diff scenarios " + a, {"cannot read scenarios: a trace must be a file"});
  check_refused(fmt::format("diff {} README.md", a),
                {"README.md: no recorded trace", "Record it with: shardlab run"});
}

TEST_CASE("shardlab diff and trace: golden output", "[transcript]") {
  const TemporaryFolder folder;
  run_program(fmt::format("{} --seed 1 --trace {}", guide, folder.file("a.sltrace")));
  run_program(fmt::format("{} --seed 2 --trace {}", guide, folder.file("b.sltrace")));
  std::string both =
      run_program(fmt::format("diff {} {}", folder.file("a.sltrace"), folder.file("b.sltrace")))
          .out;
  for (std::size_t at; (at = both.find(folder.file(""))) != std::string::npos;) {
    both.erase(at, folder.file("").size());
  }
  CHECK(difference_to_golden("diff-guide-seeds-1-2.txt", both) == "");
  for (const std::string view : {"text", "jsonl", "perfetto"}) {
    const Ran part = run_program(
        fmt::format("trace {} --from 1 --to 12 --as {}", folder.file("a.sltrace"), view));
    CHECK(difference_to_golden("trace-guide-seed-1-" + view + ".txt", part.out) == "");
  }
}

TEST_CASE("shardlab run: a full disk under --trace is told, and changes no verdict") {
  const std::string report = run_program(guide).out;
  const TemporaryFolder folder;
  for (const std::string name : {"t.txt", "t.jsonl", "t.sltrace", "t.json"}) {
    const std::string path = folder.file(name);
    std::filesystem::create_symlink("/dev/full", path);
    const Ran ran = run_program(fmt::format("{} --trace {}", guide, path));
    CHECK(ran.status == 2);
    CHECK(first_difference(report, ran.out) == "");
    CHECK(ran.err.find("cannot write all of " + path) != std::string::npos);
  }
}

TEST_CASE("shardlab trace: a recorded trace gives the views that the run would have written") {
  const TemporaryFolder folder;
  const std::string recorded = folder.file("a.sltrace");
  run_program(fmt::format("{} --trace {}", guide, recorded));
  const std::pair<const char*, const char*> views[] = {
      {"text", "a.txt"}, {"jsonl", "a.jsonl"}, {"perfetto", "a.json"}};
  for (const auto& [name, file] : views) {
    run_program(fmt::format("{} --trace {}", guide, folder.file(file)));
    const Ran shown = run_program(fmt::format("trace {} --as {}", recorded, name));
    CHECK(shown.status == 0);
    CHECK(shown.out.size() > 10'000);
    CHECK(first_difference(content_of_file(folder.file(file)), shown.out) == "");
  }
  const Ran part = run_program(fmt::format("trace {} --from 10 --to 12", recorded));
  CHECK(std::count(part.out.begin(), part.out.end(), '\n') == 3);
  CHECK(part.out.find(" 10 ") < part.out.find('\n'));
  check_refused(fmt::format("trace {} --as yaml", recorded), {"known are text, jsonl, perfetto"});
  check_refused(fmt::format("{} --trace {}", guide, folder.file("a.xml")),
                {".txt", ".jsonl", ".sltrace", ".json"});
  const std::string unused = folder.file("unused.txt");
  check_refused(fmt::format("{} --seeds 1..2 --trace {}", guide, unused), {"--trace", "--seeds"});
  check_refused(fmt::format("{} scenarios/files/guide.toml --trace {}", guide, unused),
                {"--trace takes one scenario"});
}
