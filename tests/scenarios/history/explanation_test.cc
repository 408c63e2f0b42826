#include "scenarios/history/explanation.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/scenarios/history/histories.h"

namespace shardlab::scenarios::history {
namespace {

Drawn set(std::vector<std::uint64_t> initial = {}) {
  return Drawn(Object::growing_set, std::move(initial));
}
Drawn list() { return Drawn(Object::append_list); }

/// `"read 1 of 2: acknowledged missing 5 (0)"`: the read, the length of the beginning, the first
/// clue with its value and witness.
std::string told(const History& history) {
  const Explanation explanation = explain(history);
  std::string text = fmt::format("read {} of {}:", explanation.operation, explanation.prefix);
  if (explanation.clues.empty()) return text + " no clue";
  const Clue& clue = explanation.clues.front();
  text += fmt::format(" {} {}", to_string(clue.kind), clue.value);
  if (clue.witness) text += fmt::format(" ({})", *clue.witness);
  return text;
}

}  // namespace

TEST_CASE("Explanation: what a read shows that never was") {
  CHECK(told(set().read({5}, 0, 1)) == "read 0 of 1: written by nobody 5");
  CHECK(told(set().write(5, 0, 1, Outcome::refused).read({5}, 2, 3)) ==
        "read 1 of 2: refused 5 (0)");
  CHECK(told(set().read({5}, 0, 1).write(5, 2, 3)) == "read 0 of 1: too early 5 (1)");
  CHECK(told(set({5}).read({5, 5}, 0, 1)) == "read 0 of 1: twice 5");
}

TEST_CASE("Explanation: what a read lacks") {
  CHECK(told(set({5}).read({}, 0, 1)) == "read 0 of 1: initial missing 5");
  CHECK(told(set().write(5, 0, 1).read({}, 2, 3)) == "read 1 of 2: acknowledged missing 5 (0)");
  CHECK(told(set().write(5, 0, 9).read({5}, 1, 2).read({}, 3, 4)) ==
        "read 2 of 3: seen missing 5 (1)");
  CHECK(told(set().write(5, 0, 2).write(6, 3, 9).read({6}, 1, 9)) ==
        "read 2 of 3: older missing 5 (1)");
}

TEST_CASE("Explanation: two reads that contradict each other") {
  CHECK(told(set().write(5, 0, 9).write(6, 0, 9).read({5}, 0, 8).read({6}, 0, 9)) ==
        "read 3 of 4: contradicted 5 (2)");
}

TEST_CASE("Explanation: a list in another order") {
  const Drawn writes = list().write(5, 0, 9).write(6, 0, 9);
  CHECK(told(Drawn(writes).read({5, 6}, 0, 8).read({6, 5}, 0, 9)) ==
        "read 3 of 4: in another order 6 (2)");
  CHECK(told(list().write(5, 0, 1).write(6, 2, 3).read({6, 5}, 4, 5)) ==
        "read 2 of 3: older behind 5 (1)");
}

TEST_CASE("Explanation: a value that was replaced") {
  CHECK(told(Drawn(Object::single_value).write(5, 0, 1).write(6, 2, 3).read({5}, 4, 5)) ==
        "read 2 of 3: overwritten 5 (1)");
}

TEST_CASE("Explanation: is about the first read that goes wrong, however many do") {
  Drawn drawn = set();
  for (int i = 0; i < 20; ++i) drawn.write(static_cast<std::uint64_t>(i), 10 * i, 10 * i + 5);
  drawn.read({0, 1, 2}, 26, 27).read({0, 1}, 28, 29).read({0}, 36, 37).read({}, 300, 310);
  const Explanation explanation = explain(drawn);
  CHECK(explanation.operation == 21);
  CHECK(explanation.prefix == 5);
  REQUIRE(explanation.clues.size() == 1);
  CHECK(explanation.clues[0].value == 2);
}

TEST_CASE("Explanation: keeps five clues") {
  Drawn drawn = set();
  for (int i = 0; i < 20; ++i) drawn.write(static_cast<std::uint64_t>(i), 10 * i, 10 * i + 5);
  CHECK(explain(drawn.read({}, 300, 310)).clues.size() == 5);
}

}  // namespace shardlab::scenarios::history
