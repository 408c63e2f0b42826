#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "scenarios/file/load.h"
#include "scenarios/file/scenario_error.h"

using namespace shardlab::scenarios;

namespace {

const std::string kFolder = SHARDLAB_SOURCE_DIR "/tests/scenarios/bad/";

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> broken_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The message without the folder the sources happen to be in.
std::string message_for(const std::string& name) {
  std::string text;
  try {
    load_scenario(kFolder + name + ".toml");
    return "loaded without an error\n";
  } catch (const ScenarioError& error) {
    text = std::string(error.what()) + "\n";
  }
  for (auto at = text.find(kFolder); at != std::string::npos; at = text.find(kFolder)) {
    text.erase(at, kFolder.size());
  }
  return text;
}

}  // namespace

TEST_CASE("scenario check: every broken file gets exactly the message beside it") {
  const auto names = broken_files();
  REQUIRE(names.size() >= 40);
  for (const std::string& name : names) {
    INFO(name);
    CHECK(message_for(name) == content_of(kFolder + name + ".txt"));
  }
}

TEST_CASE("scenario check: the base of the broken files is not broken itself") {
  CHECK(load_scenario(kFolder + "base/base.toml").steps.size() == 1);
}

TEST_CASE("scenario check: a file that is not there is named without a line") {
  CHECK_THROWS_WITH(load_scenario("no/such.toml"), "no/such.toml: cannot read the file");
}
