#include "tests/contracts/mysql/stand_in.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>

#include "tests/contracts/mysql/case_files.h"
#include "tests/contracts/mysql/play.h"

namespace shardlab::contracts {
namespace {

/// With SHARDLAB_ACCEPT=1 the answers become listed differences; each needs a reason then.
void accept_file(const std::string& file) {
  StandIn server;
  std::vector<Script> scripts = read_case_file(file);
  for (Script& script : scripts) {
    const auto answers = play(script, server);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      Step& step = script.steps[i];
      const bool same = answers[i] == step.expected;
      step.stand_in = same ? std::vector<std::string>() : answers[i];
      if (same) step.because.clear();
      if (!same && step.because.empty()) step.because = "TODO";
    }
  }
  write_case_file(file, scripts);
}

void check_file(const std::string& file) {
  if (std::getenv("SHARDLAB_ACCEPT") != nullptr) accept_file(file);
  StandIn server;
  for (const Script& script : read_case_file(file)) {
    const std::string different = differences(script, play(script, server), true);
    INFO(different);
    CHECK(different.empty());
  }
}

/// How many steps of all cases the stand-in answers in a way of its own, with a reason each.
std::size_t listed_differences(std::size_t* cases) {
  std::size_t listed = 0;
  for (const std::string& file : case_files()) {
    for (const Script& script : read_case_file(file)) {
      ++*cases;
      INFO(file << ": " << script.title);
      for (const Step& step : script.steps) {
        INFO(step.text);
        CHECK(step.stand_in.empty() == step.because.empty());
        CHECK(step.stand_in != step.expected);
        if (!step.stand_in.empty()) ++listed;
      }
    }
  }
  return listed;
}

}  // namespace

TEST_CASE("MySQL contract, stand-in: integers") { check_file("integers"); }
TEST_CASE("MySQL contract, stand-in: numbers") { check_file("numbers"); }
TEST_CASE("MySQL contract, stand-in: texts") { check_file("texts"); }
TEST_CASE("MySQL contract, stand-in: bytes") { check_file("bytes"); }
TEST_CASE("MySQL contract, stand-in: times") { check_file("times"); }
TEST_CASE("MySQL contract, stand-in: keys") { check_file("keys"); }
TEST_CASE("MySQL contract, stand-in: statements") { check_file("statements"); }
TEST_CASE("MySQL contract, stand-in: strictness") { check_file("strictness"); }
TEST_CASE("MySQL contract, stand-in: errors") { check_file("errors"); }
TEST_CASE("MySQL contract, stand-in: transactions") { check_file("transactions"); }
TEST_CASE("MySQL contract, stand-in: locks") { check_file("locks"); }
TEST_CASE("MySQL contract, stand-in: schema") { check_file("schema"); }

TEST_CASE("MySQL contract: every file is played, every difference has a reason") {
  CHECK(case_files() == std::vector<std::string>{"bytes", "errors", "integers", "keys", "locks",
                                                 "numbers", "schema", "statements", "strictness",
                                                 "texts", "times", "transactions"});
  std::size_t cases = 0;
  CHECK(listed_differences(&cases) <= 47);
  CHECK(cases >= 150);
}

}  // namespace shardlab::contracts
