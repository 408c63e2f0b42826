#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <rapidcheck/catch.h>
#include <sstream>

#include "tests/contracts/mysql/case_files.h"
#include "tests/contracts/mysql/play.h"
#include "tests/contracts/mysql/random_script.h"
#include "tests/contracts/mysql/real.h"
#include "tests/contracts/mysql/stand_in.h"

namespace rc {

template <>
struct Arbitrary<shardlab::contracts::Choice> {
  static Gen<shardlab::contracts::Choice> arbitrary() {
    using shardlab::contracts::Choice;
    // Otherwise ranges grow with the length of the script, from nothing.
    const auto below = [](std::uint32_t end) {
      return gen::resize(kNominalSize, gen::inRange<std::uint32_t>(0, end));
    };
    return gen::build<Choice>(
        gen::set(&Choice::kind, below(18)), gen::set(&Choice::session, below(3)),
        gen::set(&Choice::where, below(6)), gen::set(&Choice::first, below(1000)),
        gen::set(&Choice::second, below(1000)), gen::set(&Choice::third, below(1000)));
  }
};

}  // namespace rc

namespace shardlab::contracts {
namespace {

/// Which index an UPDATE or DELETE walks along is the optimizer's business: its rows in order.
std::vector<std::vector<std::string>> sorted_changes(
    std::vector<std::vector<std::string>> answers) {
  const auto is_change = [](const std::string& line) {
    return line.starts_with("update ") || line.starts_with("delete ");
  };
  for (auto& lines : answers) {
    for (auto from = lines.begin(); from != lines.end();) {
      const auto to = std::find_if_not(from, lines.end(), is_change);
      std::sort(from, to);
      from = to == lines.end() ? to : to + 1;
    }
  }
  return answers;
}

/// Two that waited and go on at the same moment commit in either order.
void sort_transactions(std::vector<std::string>& lines) {
  std::vector<std::vector<std::string>> transactions;
  const auto first = std::find(lines.begin(), lines.end(), "log");
  for (auto line = first; line != lines.end(); ++line) {
    if (*line == "log") transactions.emplace_back();
    transactions.back().push_back(*line);
  }
  lines.erase(first, lines.end());
  std::sort(transactions.begin(), transactions.end());
  for (const auto& transaction : transactions) {
    lines.insert(lines.end(), transaction.begin(), transaction.end());
  }
}

/// The script with the real server's answers, and where the stand-in's differ.
std::string difference(Script script, Server& real, Server& stand_in) {
  auto expected = sorted_changes(play(script, real));
  auto answered = sorted_changes(play(script, stand_in));
  if (script.title == "random waits") {
    sort_transactions(expected.back());
    sort_transactions(answered.back());
  }
  for (std::size_t i = 0; i < expected.size(); ++i) script.steps[i].expected = expected[i];
  const std::string different = differences(script, answered, true);
  return different.empty() ? "" : print_scripts({script}) + different;
}

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::atoi(text) : otherwise;
}

/// SHARDLAB_SEQUENCES and SHARDLAB_SEED ask for other numbers and other sequences.
template <class Make>
void compare_random(int count, const Make& make) {
  Real real;
  StandIn stand_in;
  rc::detail::TestParams params;
  params.maxSuccess = number_from("SHARDLAB_SEQUENCES", count);
  params.maxSize = 20;  // statements
  params.seed = static_cast<std::uint64_t>(number_from("SHARDLAB_SEED", 2021));
  const auto property = [&] {
    const std::string different = difference(make(), real, stand_in);
    if (!different.empty()) RC_FAIL(different);
  };
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  INFO(text.str());
  CHECK(result.template is<rc::detail::SuccessResult>());
}

}  // namespace

TEST_CASE("MySQL contract, random: statements and transactions do the same on MariaDB") {
  compare_random(4500, [] {
    const auto table = *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, 9));
    return script_of_statements(table, *rc::gen::arbitrary<std::vector<Choice>>());
  });
}

TEST_CASE("MySQL contract, random: waits and deadlocks end the same on MariaDB") {
  compare_random(500, [] { return script_of_waits(*rc::gen::arbitrary<std::vector<Choice>>()); });
}

}  // namespace shardlab::contracts
