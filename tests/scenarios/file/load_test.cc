#include "scenarios/file/load.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "scenarios/file/merge.h"
#include "scenarios/file/scenario_error.h"
#include "scenarios/situations/catalogue.h"

using namespace shardlab::scenarios;

namespace {

const std::string kFiles = SHARDLAB_SOURCE_DIR "/scenarios/files/";
const std::string kTests = SHARDLAB_SOURCE_DIR "/tests/scenarios/";

/// The commands of the guide itself, without comments and output.
std::vector<CommandLine> guide_commands(const VirtualFiles& files) {
  std::ifstream in(kTests + "guide/blocks.md");
  std::string line, text;
  while (std::getline(in, line)) {
    if (!line.starts_with("```")) text += line + "\n";
  }
  return parse_commands(text, files);
}

int rows_on_low_half(const Scenario& scenario) {
  int count = 0;
  for (std::uint64_t page : scenario.data->pages) {
    for (std::uint64_t low : {1, 2, 3, 5, 9}) count += page == low ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("guide.toml: types the guide's own 26 commands, in its order") {
  const Scenario scenario = load_scenario(kFiles + "guide.toml");
  VirtualFiles files;
  for (const auto& [name, file] : scenario.files) files[name] = file.content;
  const auto expected = guide_commands(files);
  std::vector<CommandLine> commands;
  for (const Step& step : scenario.steps) {
    commands.insert(commands.end(), step.commands.begin(), step.commands.end());
  }
  REQUIRE(commands.size() == 26);
  REQUIRE(expected.size() == 26);
  for (std::size_t i = 0; i < 26; ++i) {
    CHECK(commands[i].typed == expected[i].typed);
    CHECK(commands[i].arguments == expected[i].arguments);
  }
}

TEST_CASE("guide.toml: describes the guide's cluster") {
  const Scenario scenario = load_scenario(kFiles + "guide.toml");
  CHECK(scenario.name == "guide");
  CHECK(scenario.title.zh == "不停机把一个分片拆成两个");
  CHECK(scenario.limit == std::chrono::minutes(30));
  CHECK(scenario.pace == std::chrono::seconds(2));
  CHECK(scenario.cluster.cells == std::vector<std::string>{"test"});
  CHECK(scenario.cluster.vtgates == std::map<std::string, int>{{"test", 1}});
  CHECK(scenario.cluster.ips == AddressPool{0x0a400000, 16});
  CHECK(scenario.latency.p50 == std::chrono::milliseconds(1));
  CHECK(scenario.latency.p99 == std::chrono::milliseconds(8));
  REQUIRE(scenario.keyspaces.size() == 1);
  REQUIRE(scenario.keyspaces[0].shards.size() == 1);
  CHECK(scenario.keyspaces[0].shards[0].master == 100u);
  REQUIRE(scenario.sharded_template.size() == 2);
  CHECK(scenario.sharded_template[1].name == "80-");
  CHECK(scenario.sharded_template[1].uids == NumberRange{300, 304});
  CHECK(scenario.sharded_template[1].replica == 3);
  CHECK(scenario.sharded_template[1].rdonly == 2);
  CHECK(scenario.files.at("vschema.json").content.starts_with("{\n  \"Sharded\": true,"));
  CHECK(scenario.properties.size() == 12);
}

TEST_CASE("guide.toml: has eleven rows and leaves three on -80 when SplitDiff looks") {
  const Scenario scenario = load_scenario(kFiles + "guide.toml");
  REQUIRE(scenario.data);
  CHECK(scenario.data->count == 11);
  CHECK(scenario.data->pages.size() == 11);
  const auto& posts = scenario.steps[*scenario.find_step("clone")].post;
  REQUIRE(posts.size() == 2);
  CHECK(posts[0].page == 5);
  CHECK(rows_on_low_half(scenario) + 1 == 3);
}

TEST_CASE("guide.toml: the Guestbook only reads, until it is taken down") {
  const Scenario scenario = load_scenario(kFiles + "guide.toml");
  REQUIRE(scenario.loads.size() == 1);
  const Load& load = scenario.loads[0];
  CHECK(load.rate == Rate{20, std::chrono::seconds(1)});
  CHECK(load.write_millionths == 0);
  CHECK(load.reads == Load::Reads::replica);
  CHECK(load.pages.size() == 100);
  CHECK(load.from.empty());
  CHECK(load.to == "clean");
}

TEST_CASE("guide.toml: what later conditions ask of the past is known beforehand") {
  const Scenario scenario = load_scenario(kFiles + "guide.toml");
  const auto past = remembered_by(*scenario.steps[*scenario.find_step("look-again")].expect.that);
  REQUIRE(past.size() == 1);
  CHECK(past[0].step == "migrate-master");
  CHECK(past[0].expr.source == "rows('0')");
}

TEST_CASE("guide-live.toml: is the guide with its load replaced") {
  const Scenario scenario = load_scenario(kFiles + "guide-live.toml");
  CHECK(scenario.name == "guide-live");
  CHECK(scenario.limit == std::chrono::minutes(30));
  CHECK(scenario.command_count() == 26);
  REQUIRE(scenario.loads.size() == 1);
  CHECK(scenario.loads[0].write_millionths == 300'000);
  CHECK(scenario.loads[0].to == "clean");
}

TEST_CASE("guide-large.toml: replaces keys of steps and keeps their place") {
  const Scenario guide = load_scenario(kFiles + "guide.toml");
  const Scenario large = load_scenario(kFiles + "guide-large.toml");
  CHECK(large.data->count == 100'000);
  CHECK(large.data->table == "messages");
  CHECK(large.loads.at(0).rate.count == 200);
  REQUIRE(large.steps.size() == guide.steps.size());
  for (std::size_t i = 0; i < guide.steps.size(); ++i)
    CHECK(large.steps[i].id == guide.steps[i].id);
  const Step& look = large.steps[*large.find_step("look")];
  CHECK(look.commands.at(0).arguments.back() == "SELECT COUNT(*) FROM messages");
  CHECK(look.expect.eventually);
}

TEST_CASE("load_scenario: a new step of an extending file comes behind the base's") {
  const Scenario scenario = load_scenario(kTests + "file/appended.toml");
  REQUIRE(scenario.steps.size() == 2);
  CHECK(scenario.steps[0].id == "first");
  CHECK(scenario.steps[1].id == "second");
}

TEST_CASE("load_scenario: a file of the base is found beside the base") {
  const Scenario scenario = load_scenario(kTests + "file/appended.toml");
  CHECK(scenario.files.at("vschema.json").content == "{\"sharded\": true}\n");
}

TEST_CASE("load_scenario: a theme stands for its situations, each of which counts once") {
  const Scenario scenario = load_scenario(kFiles + "swarm.toml");
  std::vector<std::string> asked;
  for (const Property& property : scenario.properties) {
    if (property.kind == Property::Kind::sometimes) asked.push_back(property.name);
  }
  std::size_t all = 0;
  for (const situations::Theme& theme : situations::themes()) all += theme.situations.size();
  CHECK(asked.size() == all);
  CHECK(std::ranges::find(asked, "frozen-reached") != asked.end());

  const Scenario twice = load_scenario(kTests + "file/situation_twice.toml");
  const std::size_t of_theme = situations::find_theme("cutover")->situations.size();
  CHECK(twice.properties.size() == of_theme);
}

TEST_CASE("load_scenario: a load without an end runs to the end when nothing stops the Guestbook") {
  const Scenario scenario = load_scenario(kTests + "file/appended.toml");
  REQUIRE(scenario.loads.size() == 2);
  CHECK(scenario.loads[0].to.empty());
  CHECK(scenario.loads[1].from == "first");
  CHECK(scenario.loads[1].to == "second");
  CHECK(scenario.loads[1].reads == Load::Reads::master);
}

TEST_CASE("load_scenario: two keyspaces may have shards of one name") {
  const Scenario scenario = load_scenario(kTests + "file/two_keyspaces.toml");
  REQUIRE(scenario.keyspaces.size() == 2);
  CHECK(scenario.keyspaces[1].shards.at(0).name == "0");
}

TEST_CASE("load_scenario: lines ending in CRLF are read alike") {
  CHECK(load_scenario(kTests + "file/crlf.toml").steps.size() == 1);
}

TEST_CASE("path_beside: relative to the file, absolute as it is") {
  CHECK(path_beside("a/b.toml", "c/d.sql") == "a/c/d.sql");
  CHECK(path_beside("a/b.toml", "../d.sql") == "d.sql");
  CHECK(path_beside("b.toml", "d.sql") == "d.sql");
  CHECK(path_beside("a/b.toml", "/x/d.sql") == "/x/d.sql");
}
