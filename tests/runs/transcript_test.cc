#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <regex>
#include <sstream>

#include "scenarios/report/format.h"
#include "scenarios/run/runner.h"
#include "tests/runs/golden_file.h"
#include "tests/runs/guide_run.h"

using namespace shardlab;
using namespace shardlab::scenarios;
using namespace shardlab::runs;

namespace {

/// A command as typed and what it printed.
struct Exchange {
  std::string typed;
  std::string output;
};

struct Played {
  RunReport report;
  std::string transcript;
  std::vector<Exchange> exchanges;
};

Played play(const std::string& file, std::uint64_t seed) {
  Played played;
  RunOptions options;
  options.seed = seed;
  options.transcript = [&](std::string_view text) {
    played.transcript += text;
    if (text.starts_with("$ ")) {
      played.exchanges.push_back({std::string(text.substr(2, text.size() - 3)), ""});
    } else {
      played.exchanges.back().output += text;
    }
  };
  played.report = run_scenario(scenario_of(file), std::move(options));
  return played;
}

const Played& the_guide() {
  static const Played played = play("guide.toml", 1);
  return played;
}

/// What the n-th command that begins like this printed.
const std::string& output_of(const std::string& typed, std::size_t n = 0) {
  for (const Exchange& exchange : the_guide().exchanges) {
    if (exchange.typed.starts_with(typed) && n-- == 0) return exchange.output;
  }
  throw std::runtime_error("nobody typed " + typed);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Of each line that matches as a whole: the line and its groups.
std::vector<std::vector<std::string>> matching_lines(const std::vector<std::string>& lines,
                                                     const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::vector<std::string>> found;
  for (const std::string& line : lines) {
    std::smatch match;
    if (std::regex_match(line, match, regex)) found.emplace_back(match.begin(), match.end());
  }
  return found;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// A line that glog writes, up to the bracket: date, time with microseconds, process, place.
std::string glog(const std::string& place) {
  return R"(I\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ )" + place + R"(\] )";
}

constexpr const char* fetch_old = "./kvtctl.sh ExecuteFetchAsDba test-0000000100";
constexpr const char* fetch_left = "./kvtctl.sh ExecuteFetchAsDba test-0000000200";
constexpr const char* fetch_right = "./kvtctl.sh ExecuteFetchAsDba test-0000000300";

}  // namespace

TEST_CASE("The guide: prints the same transcript as before, byte for byte", "[transcript]") {
  const std::string now = the_guide().transcript + format_text(the_guide().report);
  const std::string difference = difference_to_golden("guide-seed-1.txt", now);
  INFO(difference);
  CHECK(difference.empty());
}

TEST_CASE("The guide under load: reports the same as before, byte for byte", "[transcript]") {
  const std::string now = format_text(play("guide-live.toml", 1).report);
  const std::string difference = difference_to_golden("guide-live-seed-1.txt", now);
  INFO(difference);
  CHECK(difference.empty());
}

TEST_CASE("A golden file: the first differing line is shown", "[transcript]") {
  CHECK(first_difference("a\nb\n", "a\nb\n").empty());
  CHECK(first_difference("a\nb\nc\n", "a\nx\nc\n") == "line 2\n  golden: b\n  now:    x\n");
  CHECK(first_difference("a\n", "a\nb\n") == "line 2\n  golden: (the end)\n  now:    b\n");
  CHECK_FALSE(first_difference("a\n", "a").empty());
}

TEST_CASE("The guide: is played with its own 26 commands in their order", "[transcript]") {
  std::string blocks;
  bool inside = false;
  for (const std::string& line :
       lines_of(content_of_file(SHARDLAB_SOURCE_DIR "/tests/scenarios/guide/blocks.md"))) {
    if (line.starts_with("```")) {
      inside = line == "``` sh";
    } else if (inside) {
      blocks += line + "\n";
    }
  }
  std::vector<std::string> expected, typed;
  for (const CommandLine& command : parse_commands(blocks, {{"vschema.json", "{}"}})) {
    expected.push_back(command.typed);
  }
  for (const Exchange& exchange : the_guide().exchanges) typed.push_back(exchange.typed);
  CHECK(typed.size() == 26);
  CHECK(typed == expected);
}

TEST_CASE("The guide: ListAllTablets shows 15 tablets, one master in each shard", "[transcript]") {
  const auto tablets =
      matching_lines(lines_of(output_of("./kvtctl.sh ListAllTablets")),
                     R"(test-0000000\d{3} test_keyspace (0|-80|80-) (master|replica|rdonly) )"
                     R"((\d+\.\d+\.\d+\.\d+):15002 (\d+\.\d+\.\d+\.\d+):3306 \[\])");
  CHECK(tablets.size() == 15);
  std::map<std::string, int> members, masters;
  for (const auto& tablet : tablets) {
    ++members[tablet[1]];
    if (tablet[2] == "master") ++masters[tablet[1]];
    CHECK(tablet[3] == tablet[4]);
  }
  CHECK(members == std::map<std::string, int>{{"0", 5}, {"-80", 5}, {"80-", 5}});
  CHECK(masters == std::map<std::string, int>{{"0", 1}, {"-80", 1}, {"80-", 1}});
}

TEST_CASE("The guide: SplitClone says what it copied", "[transcript]") {
  const std::string& output = output_of("./sharded-vtworker.sh SplitClone");
  CHECK(
      output.starts_with("Creating vtworker pod in cell test...\npods/vtworker\n"
                         "Following vtworker logs until termination...\n"));
  CHECK(matching_lines(lines_of(output), glog(R"(instance\.go:115)") + R"(Starting worker\.\.\.)")
            .size() == 1);
  CHECK(
      output.ends_with("State: done\nSuccess:\nmessages: copy done, copied 11 rows\n"
                       "Deleting vtworker pod...\npods/vtworker\n\n"));
}

TEST_CASE("The guide: SplitDiff finds both new shards equal to the old one", "[transcript]") {
  const std::string line = glog(R"(split_diff\.go:496)") +
                           R"(Table messages checks out \((\d+) rows processed, ([1-9]\d*) qps\))";
  const auto left = matching_lines(
      lines_of(output_of("./sharded-vtworker.sh SplitDiff test_keyspace/-80")), line);
  const auto right = matching_lines(
      lines_of(output_of("./sharded-vtworker.sh SplitDiff test_keyspace/80-")), line);
  REQUIRE(left.size() == 1);
  REQUIRE(right.size() == 1);
  CHECK(left[0][1] == "4");    // three rows: it counts one more than it compared
  CHECK(right[0][1] == "11");  // ten
}

TEST_CASE("The guide: a message shows on shard 0 and on one new shard", "[transcript]") {
  for (const std::string text : {"is filtered replication on?", "hello from the other half"}) {
    CAPTURE(text);
    CHECK(count_of(output_of(fetch_old), text) == 1);
    CHECK(count_of(output_of(fetch_left), text) + count_of(output_of(fetch_right), text) == 1);
  }
  CHECK(count_of(output_of(fetch_left), "is filtered replication on?") == 1);
}

TEST_CASE("The guide: after the master has moved only the new shards change", "[transcript]") {
  CHECK(output_of(fetch_old, 1) == output_of(fetch_old));
  CHECK(output_of(fetch_left, 1) != output_of(fetch_left));
  CHECK(output_of(fetch_right, 1) != output_of(fetch_right));
  CHECK(count_of(output_of(fetch_left, 1), "who answers now?") == 1);
  CHECK(count_of(output_of(fetch_right, 1), "who answers now?") == 0);
  CHECK(count_of(output_of(fetch_left, 1), "the new masters do") == 0);
  CHECK(count_of(output_of(fetch_right, 1), "the new masters do") == 1);
}

TEST_CASE("The guide: its pods come and go by name", "[transcript]") {
  const std::string& up = output_of("./sharded-vttablet-up.sh");
  CHECK(count_of(up, "Creating test_keyspace.shard--80 pods in cell test...\n") == 1);
  CHECK(count_of(up, "Creating test_keyspace.shard-80- pods in cell test...\n") == 1);
  CHECK(count_of(up, "Creating pod for tablet test-") == 10);
  const std::string& down = output_of("./vttablet-down.sh");
  CHECK(down.starts_with("Deleting pod for tablet test-0000000100...\npods/vttablet-100\n"));
  CHECK(count_of(down, "Deleting pod for tablet test-") == 5);
  CHECK(count_of(output_of("./sharded-vttablet-down.sh"), "Deleting pod for tablet test-") == 10);
}

TEST_CASE("The guide: shard 0 is gone in the end and every property holds", "[transcript]") {
  CHECK(verdict_of(the_guide().report) == Verdict::held);
  GuideRun run(1);
  run.play_to("remove");
  const std::string listed = run.type("./kvtctl.sh ListAllTablets test").output;
  CHECK(count_of(listed, ":15002 ") == 10);
  CHECK(count_of(listed, " test_keyspace 0 ") == 0);
  CHECK(run.cluster().paths("", "keyspaces/test_keyspace/shards/0/").empty());
  CHECK(run.cluster().paths("", "keyspaces/test_keyspace/shards/-80/").size() == 1);
  for (const auto type : {topodata::MASTER, topodata::REPLICA, topodata::RDONLY}) {
    CHECK(run.serving(type) == std::vector<std::string>{"-80", "80-"});
  }
}
