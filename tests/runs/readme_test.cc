#include <catch2/catch.hpp>
#include <sstream>

#include "tests/runs/golden_file.h"
#include "tests/runs/program.h"

using namespace shardlab::runs;

namespace {

/// What README.md shows of the program: `$ shardlab ARGUMENTS` and what follows in the same block.
struct Shown {
  std::string arguments;
  std::string output;
};

std::vector<Shown> shown_runs(const std::string& readme) {
  const std::string prompt = "$ shardlab ";
  std::vector<Shown> runs;
  bool inside = false, in_run = false;
  std::istringstream in(readme);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      inside = !inside && line == "```text";
      in_run = false;
    } else if (inside && line.starts_with(prompt)) {
      runs.push_back({line.substr(prompt.size()), ""});
      in_run = true;
    } else if (in_run) {
      runs.back().output += line + "\n";
    }
  }
  return runs;
}

}  // namespace

TEST_CASE("README: shows what the program prints, byte for byte", "[transcript]") {
  const auto runs = shown_runs(content_of_file(SHARDLAB_SOURCE_DIR "/README.md"));
  bool shows_the_guide = false;
  for (const Shown& shown : runs) {
    const Ran ran = run_program(shown.arguments);
    INFO("$ shardlab " << shown.arguments << "\n" << ran.err);
    CHECK(first_difference(shown.output, ran.out) == "");
    CHECK(ran.status == 0);
    if (shown.arguments == "run scenarios/files/guide-live.toml --seed 42") shows_the_guide = true;
  }
  CHECK(shows_the_guide);
}
