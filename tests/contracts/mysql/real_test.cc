#include "tests/contracts/mysql/real.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/contracts/mysql/case_files.h"
#include "tests/contracts/mysql/play.h"

namespace shardlab::contracts {

/// With SHARDLAB_ACCEPT=1 what the server answers is written into the files.
TEST_CASE("MySQL contract, MariaDB: it answers as the cases say") {
  const bool accept = std::getenv("SHARDLAB_ACCEPT") != nullptr;
  Real server;
  for (const std::string& file : case_files()) {
    std::vector<Script> scripts = read_case_file(file);
    for (Script& script : scripts) {
      if (accept && script.steps.back().text != "@end") script.steps.push_back({.text = "@end"});
      const auto answers = play(script, server);
      if (accept) {
        for (std::size_t i = 0; i < answers.size(); ++i) script.steps[i].expected = answers[i];
        continue;
      }
      const std::string different = differences(script, answers, false);
      INFO(different);
      CHECK(different.empty());
    }
    if (accept) write_case_file(file, scripts);
  }
}

}  // namespace shardlab::contracts
