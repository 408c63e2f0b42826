#include "scenarios/history/linearizability.h"

#include <catch2/catch.hpp>

#include "tests/scenarios/history/histories.h"

namespace shardlab::scenarios::history {
namespace {

constexpr auto linearizable = Verdict::linearizable;
constexpr auto violated = Verdict::violated;
constexpr auto unknown = Outcome::unknown;
constexpr auto refused = Outcome::refused;

Verdict verdict_of(const History& history) { return judge(history).verdict; }

Drawn value() { return Drawn(Object::single_value); }
Drawn list() { return Drawn(Object::append_list); }
Drawn set() { return Drawn(Object::growing_set); }

/// `writes` writes, all at work at once in groups of `at_once`, and a read beside each one.
History crowd(Object object, std::size_t writes, std::size_t at_once) {
  History history(object);
  std::vector<std::uint64_t> values;
  for (std::size_t i = 0; i < writes; ++i) {
    const auto group_begin = static_cast<std::int64_t>(i / at_once * at_once);
    Operation write;
    write.kind = Kind::write;
    write.invoked = 10 * group_begin;
    write.returned = 10 * (group_begin + static_cast<std::int64_t>(at_once)) + 5;
    // Neither in the order of the operations nor in that of their values.
    write.value = i * 7919 % 10007;
    values.push_back(write.value);
    Operation read;
    read.invoked = write.invoked;
    read.returned = write.returned;
    read.values = object == Object::single_value ? std::vector{write.value} : values;
    history.operations.insert(history.operations.begin(), write);
    history.operations.push_back(read);
  }
  return history;
}

}  // namespace

TEST_CASE("Linearizability: nothing happened") { CHECK(verdict_of(History()) == linearizable); }

TEST_CASE("Linearizability: a read during a write may see it or not, one after it must") {
  CHECK(verdict_of(set().write(1, 0, 10).read({}, 5, 15)) == linearizable);
  CHECK(verdict_of(set().write(1, 0, 10).read({1}, 5, 6)) == linearizable);
  CHECK(verdict_of(set().write(1, 0, 10).read({1}, 11, 15)) == linearizable);
  CHECK(verdict_of(set().write(1, 0, 10).read({}, 11, 15)) == violated);
}

TEST_CASE("Linearizability: operations that meet at one moment overlap") {
  CHECK(verdict_of(set().write(1, 0, 10).read({}, 10, 15)) == linearizable);
  CHECK(verdict_of(set().write(1, 0, 0).read({}, 0, 0).read({1}, 0, 0)) == linearizable);
}

TEST_CASE("Linearizability: no read sees what is not written yet") {
  CHECK(verdict_of(set().read({1}, 0, 4).write(1, 5, 10)) == violated);
}

TEST_CASE("Linearizability: a read that saw a write binds all that come after it") {
  CHECK(verdict_of(set().write(1, 0, 100).read({1}, 1, 2).read({}, 3, 4)) == violated);
  CHECK(verdict_of(set().write(1, 0, 100).read({1}, 1, 3).read({}, 2, 4)) == linearizable);
}

TEST_CASE("Linearizability: two reads at once may not disagree about what came first") {
  const Drawn writes = set().write(1, 0, 10).write(2, 0, 10);
  CHECK(verdict_of(Drawn(writes).read({1}, 0, 10).read({1, 2}, 0, 10)) == linearizable);
  CHECK(verdict_of(Drawn(writes).read({1}, 0, 10).read({2}, 0, 10)) == violated);
}

TEST_CASE("Linearizability: a refused write is never seen") {
  CHECK(verdict_of(set().write(1, 0, 10, refused).read({}, 11, 12)) == linearizable);
  CHECK(verdict_of(set().write(1, 0, 10, refused).read({1}, 11, 12)) == violated);
  CHECK(verdict_of(set().read({5}, 11, 12)) == violated);
}

TEST_CASE("Linearizability: a write of unknown outcome shows up late or never, and stays") {
  const Drawn one = set().write(1, 0, 10, unknown);
  CHECK(verdict_of(one) == linearizable);
  CHECK(verdict_of(Drawn(one).read({}, 11, 12).read({}, 50, 60)) == linearizable);
  CHECK(verdict_of(Drawn(one).read({}, 11, 12).read({1}, 50, 60)) == linearizable);
  CHECK(verdict_of(Drawn(one).read({1}, 11, 12).read({}, 50, 60)) == violated);
  CHECK(verdict_of(set().read({1}, 0, 5).write(1, 10, 20, unknown)) == violated);
}

TEST_CASE("Linearizability: a read without a result says nothing") {
  CHECK(verdict_of(set().write(1, 0, 10).read({7}, 11, 15, unknown)) == linearizable);
  CHECK(verdict_of(set().write(1, 0, 10).read({7}, 11, 15, refused)) == linearizable);
}

TEST_CASE("Linearizability: what was there before is there, once") {
  CHECK(verdict_of(Drawn(Object::growing_set, {1, 2}).read({2, 1}, 0, 1)) == linearizable);
  CHECK(verdict_of(Drawn(Object::growing_set, {1, 2}).read({1}, 0, 1)) == violated);
  CHECK(verdict_of(Drawn(Object::growing_set, {1, 2}).read({1, 2, 2}, 0, 1)) == violated);
  CHECK(verdict_of(Drawn(Object::append_list, {1, 2}).read({2, 1}, 0, 1)) == violated);
  CHECK(verdict_of(Drawn(Object::single_value, {1}).read({1}, 0, 1)) == linearizable);
  CHECK(verdict_of(Drawn(Object::single_value, {1}).read({}, 0, 1)) == violated);
}

TEST_CASE("Linearizability: a list keeps the order in which it was written") {
  const Drawn in_turn = list().write(1, 0, 1).write(2, 2, 3);
  CHECK(verdict_of(Drawn(in_turn).read({1, 2}, 4, 5)) == linearizable);
  CHECK(verdict_of(Drawn(in_turn).read({2, 1}, 4, 5)) == violated);
  const Drawn at_once = list().write(1, 0, 3).write(2, 0, 3);
  CHECK(verdict_of(Drawn(at_once).read({2, 1}, 4, 5)) == linearizable);
  CHECK(verdict_of(Drawn(at_once).read({2, 1}, 4, 5).read({1, 2}, 4, 5)) == violated);
  CHECK(verdict_of(Drawn(at_once).read({2}, 1, 2).read({1, 2}, 4, 5)) == violated);
}

TEST_CASE("Linearizability: a single value is the one written last") {
  CHECK(verdict_of(value().write(1, 0, 1).write(2, 2, 3).read({2}, 4, 5)) == linearizable);
  CHECK(verdict_of(value().write(1, 0, 1).write(2, 2, 3).read({1}, 4, 5)) == violated);
  CHECK(verdict_of(value().write(1, 0, 9).write(2, 2, 3).read({1}, 4, 5)) == linearizable);
  CHECK(verdict_of(value().read({}, 0, 1).write(1, 2, 3).read({}, 4, 5)) == violated);
  CHECK(verdict_of(value().write(1, 0, 1).read({1, 1}, 2, 3)) == violated);
  // Written twice: between the two writes another one is seen.
  const Drawn again = value().write(1, 0, 99).write(2, 0, 99).write(1, 0, 99);
  CHECK(verdict_of(Drawn(again).read({1}, 1, 2).read({2}, 3, 4).read({1}, 5, 6)) == linearizable);
  CHECK(verdict_of(Drawn(again).read({2}, 1, 2).read({1}, 3, 4).read({2}, 5, 6)) == violated);
}

TEST_CASE("Linearizability: thousands of operations, fifty at a time, take few steps each") {
  for (const Object object : {Object::append_list, Object::growing_set, Object::single_value}) {
    CAPTURE(to_string(object));
    const History history = crowd(object, 1000, 50);
    const Judgement judgement = judge(history);
    CHECK(judgement.verdict == linearizable);
    CHECK(judgement.steps < 100 * 2 * history.operations.size());
  }
}

TEST_CASE("Linearizability: a crowd with one result from the past is found out") {
  for (const Object object : {Object::append_list, Object::growing_set}) {
    History history = crowd(object, 1000, 50);
    history.operations.back().values = {};
    CHECK(judge(history).verdict == violated);
  }
}

TEST_CASE("Linearizability: gives up when the budget is used up, and says so") {
  const History history = crowd(Object::growing_set, 100, 50);
  const Judgement needed = judge(history);
  CHECK(judge(history, needed.steps).verdict == linearizable);
  const Judgement given_up = judge(history, needed.steps / 2);
  CHECK(given_up.verdict == Verdict::unknown);
  CHECK(given_up.steps <= needed.steps);
}

TEST_CASE("Linearizability: orders that lead to the same state are followed once") {
  // Seven values written twice each at one time, and a read that none of the 14! orders explains.
  Drawn drawn = value();
  for (std::uint64_t i = 0; i < 7; ++i) {
    drawn.write(i, 0, 100).write(i, 0, 100).read({i}, 0, 200);
  }
  const Judgement judgement = judge(drawn.read({}, 150, 200));
  CHECK(judgement.verdict == violated);
  CHECK(judgement.steps < 200'000);
}

}  // namespace shardlab::scenarios::history
