#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "scenarios/history/explanation.h"
#include "tests/scenarios/history/histories.h"

namespace shardlab::scenarios::history {
namespace {

constexpr Object objects[] = {Object::single_value, Object::append_list, Object::growing_set};

std::string name_of(Object object) { return std::string(to_string(object)); }

/// Small enough to try all orders.
History disturbed_history(Object object) {
  History history = drawn_history(object, *rc::gen::inRange(1, 8), *rc::gen::inRange(0, 4));
  for (int left = *rc::gen::inRange(0, 6); left > 0; --left) disturb(history);
  return history;
}

}  // namespace

TEST_CASE("Linearizability: what a faultless object did is never blamed", "[property]") {
  for (const Object object : objects) {
    rc::prop(name_of(object), [object] {
      const History history =
          drawn_history(object, *rc::gen::inRange(0, 200), object == Object::single_value ? 4 : 25);
      RC_ASSERT(judge(history).verdict == Verdict::linearizable);
    });
  }
}

TEST_CASE("Linearizability: the verdict is that of trying all orders", "[property]") {
  for (const Object object : objects) {
    rc::prop(name_of(object), [object] {
      const History history = disturbed_history(object);
      const bool good = has_order(history);
      RC_CLASSIFY(!good);
      const Verdict verdict = judge(history).verdict;
      RC_ASSERT(verdict == (good ? Verdict::linearizable : Verdict::violated));
    });
  }
}

TEST_CASE("Linearizability: without budget it says nothing rather than something wrong",
          "[property]") {
  for (const Object object : objects) {
    rc::prop(name_of(object), [object] {
      const History history = disturbed_history(object);
      const bool good = has_order(history);
      const Verdict verdict = judge(history, *rc::gen::inRange<std::uint64_t>(0, 20)).verdict;
      RC_ASSERT(verdict != (good ? Verdict::violated : Verdict::linearizable));
    });
  }
}

TEST_CASE("Explanation: the beginning is violated, and shorter ones are not", "[property]") {
  for (const Object object : objects) {
    rc::prop(name_of(object), [object] {
      const History history = disturbed_history(object);
      if (has_order(history)) return;
      const Explanation explanation = explain(history);
      const Operation& read = history.operations[explanation.operation];
      RC_ASSERT(!read.is_write());
      const History beginning = beginning_of(history, explanation.operation);
      RC_ASSERT(beginning.operations.size() == explanation.prefix);
      RC_ASSERT(!has_order(beginning));
      for (std::size_t i = 0; i < history.operations.size(); ++i) {
        const Operation& other = history.operations[i];
        if (other.is_write() || !other.counts() || other.returned >= read.returned) continue;
        RC_ASSERT(has_order(beginning_of(history, i)));
      }
      if (object != Object::single_value) RC_ASSERT(!explanation.clues.empty());
    });
  }
}

}  // namespace shardlab::scenarios::history
