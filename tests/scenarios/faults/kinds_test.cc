#include "scenarios/faults/kinds.h"

#include <catch2/catch.hpp>
#include <set>

#include "scenarios/text/text_error.h"

namespace shardlab::scenarios {
namespace {

TEST_CASE("Fault kinds: at least 30, each with a name of its own and half a sentence") {
  std::set<std::string_view> names;
  for (const FaultKindInfo& kind : fault_kinds()) {
    CAPTURE(kind.name);
    CHECK(names.insert(kind.name).second);
    CHECK(!kind.about.empty());
    CHECK(kind.world.has_value() != kind.cluster.has_value());
    CHECK(find_fault_kind(kind.name) == &kind);
    if (kind.world) CHECK(sim::to_string(*kind.world) == kind.name);
  }
  CHECK(names.size() >= 30);
  CHECK(find_fault_kind("crush") == nullptr);
}

TEST_CASE("Fault kinds: amounts have the unit of their kind, and are printed as they are read") {
  struct Case {
    std::string_view kind, text;
    std::int64_t amount;
  };
  const Case cases[] = {{"slow-cpu", "50us", 50'000},    {"clock-skew", "-5s", -5'000'000'000},
                        {"clock-drift", "300ppm", 300},  {"clock-drift", "-20ppm", -20},
                        {"slow-tail", "100x", 100},      {"full-disk", "64KiB", 65'536},
                        {"full-disk", "0B", 0},          {"failing-disk", "3", 3},
                        {"slow-disk", "1ms", 1'000'000}, {"lag", "5s", 5'000'000'000},
                        {"huge-message", "8KiB", 8192},  {"rush", "10x", 10},
                        {"kill-query", "3", 3}};
  for (const Case& one : cases) {
    CAPTURE(one.kind, one.text);
    const FaultKindInfo& kind = *find_fault_kind(one.kind);
    CHECK(parse_amount(kind, one.text) == one.amount);
    CHECK(parse_amount(kind, format_amount(kind, one.amount)) == one.amount);
  }
  for (const FaultKindInfo& kind : fault_kinds()) {
    if (!kind.amount.empty()) CHECK_NOTHROW(parse_amount(kind, kind.amount));
  }
}

TEST_CASE("Fault kinds: an amount of another kind is an error with an example") {
  const char* wrong[] = {"", "5", "5s", "x", "1.5ppm", "99999999999999ppm"};
  for (const char* text : wrong) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_amount(*find_fault_kind("clock-drift"), text), TextError);
  }
}

}  // namespace
}  // namespace shardlab::scenarios
