#include "sim/fault_budget.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <rapidcheck/catch.h>
#include <set>

#include "sim/choices.h"

namespace shardlab::sim {
namespace {

PlannedFault fault(FaultKind kind, std::string target, Duration start, Duration length,
                   std::int64_t amount = 0) {
  return PlannedFault{kind, std::move(target), "", start, length, amount};
}

TEST_CASE("FaultBudget: a minority of a group may be down at once") {
  const auto budget = FaultBudget().group("replicas", {"a", "b", "c"});
  const FaultPlan plan{fault(FaultKind::crash, "a/main", 1s, 4s)};
  CHECK(budget.refusal(fault(FaultKind::pause, "b", 4s, 2s), plan) ==
        "of replicas at most 1 of 3 may be down at once; down is a");
  CHECK(budget.refusal(fault(FaultKind::pause, "b", 0s, 2s), plan));
  CHECK_FALSE(budget.refusal(fault(FaultKind::pause, "b", 5s, 2s), plan));
  CHECK_FALSE(budget.refusal(fault(FaultKind::pause, "b", 0s, 1s), plan));
  CHECK_FALSE(budget.refusal(fault(FaultKind::pause, "a", 2s, 2s), plan));  // down already
  CHECK_FALSE(budget.refusal(fault(FaultKind::slow_cpu, "b", 2s, 1s, 5), plan));
  CHECK_FALSE(budget.refusal(fault(FaultKind::pause, "elsewhere", 2s, 1s), plan));
}

TEST_CASE("FaultBudget: between two hosts counts the one that is of the group") {
  const auto budget = FaultBudget().group("replicas", {"a", "b", "c"});
  PlannedFault cut = fault(FaultKind::partition, "client", 1s, 4s);
  cut.peer = "a";
  CHECK_FALSE(budget.refusal(cut, {}));
  CHECK(budget.refusal(fault(FaultKind::isolate, "b", 2s, 1s), {cut}));
}

TEST_CASE("FaultBudget: a host that comes back needs time") {
  const auto budget = FaultBudget().group("replicas", {"a", "b", "c"}).recovery(3s);
  const FaultPlan plan{fault(FaultKind::crash, "a", 1s, 4s)};
  CHECK(budget.refusal(fault(FaultKind::pause, "b", 7s, 2s), plan));
  CHECK_FALSE(budget.refusal(fault(FaultKind::pause, "b", 8s, 2s), plan));
}

TEST_CASE("FaultBudget: a group of two can spare none, a given number counts") {
  const PlannedFault crash = fault(FaultKind::crash, "a", 1s, 1s);
  CHECK(FaultBudget().group("pair", {"a", "b"}).refusal(crash, {}) ==
        "of pair at most 0 of 2 may be down at once; down is none");
  CHECK_FALSE(FaultBudget().group("pair", {"a", "b"}, 1).refusal(crash, {}));
}

TEST_CASE("FaultBudget: limits the number of faults, in all and at once, and keeps the end quiet") {
  const FaultPlan plan{fault(FaultKind::skew, "a", 1s, 4s, 1),
                       fault(FaultKind::skew, "b", 2s, 1s, 1)};
  const PlannedFault one = fault(FaultKind::slow_cpu, "c", 2s, 1s, 1);
  CHECK(FaultBudget().at_most(2).refusal(one, plan) == "at most 2 faults");
  CHECK(FaultBudget().at_once(2).refusal(one, plan) == "at most 2 faults at once");
  CHECK_FALSE(FaultBudget().at_once(3).refusal(one, plan));
  CHECK_FALSE(FaultBudget().at_once(2).refusal(fault(FaultKind::skew, "c", 3s, 9s, 1), plan));
  CHECK(FaultBudget().quiet_after(2500ms).refusal(one, {}) == "quiet after 2500 ms");
  CHECK_FALSE(FaultBudget().quiet_after(3s).refusal(one, {}));
}

TEST_CASE("FaultBudget: limits how far clocks go off, all their faults together") {
  const auto budget = FaultBudget().clock_error(1s);
  const FaultPlan plan{fault(FaultKind::jump, "a", 1s, 0s, -600'000'000)};
  CHECK(budget.refusal(fault(FaultKind::skew, "a", 5s, 1s, 500'000'000), plan) ==
        "the clock of a may be off by 1000 ms, not 1100 ms");
  CHECK_FALSE(budget.refusal(fault(FaultKind::skew, "b", 5s, 1s, 500'000'000), plan));
  CHECK_FALSE(budget.refusal(fault(FaultKind::skew, "a", 5s, 1s, 400'000'000), plan));
  CHECK(budget.refusal(fault(FaultKind::drift, "a", 5s, 9s, 50'000), plan));
  CHECK_FALSE(budget.refusal(fault(FaultKind::drift, "a", 5s, 7s, 50'000), plan));
}

FaultMenu a_menu() {
  FaultMenu menu;
  const std::vector<std::string> hosts{"a", "b", "c"};
  menu.items = {{.kind = FaultKind::crash, .targets = {"a/main", "b/main"}, .longest = 4s},
                {.kind = FaultKind::pause, .targets = hosts, .longest = 2s, .weight = 3},
                {.kind = FaultKind::jump, .targets = hosts, .longest = 2s, .most = 6'400'000'000},
                {.kind = FaultKind::partition, .targets = hosts, .peers = hosts, .longest = 2s}};
  menu.calm = 2;
  menu.slots = 20;
  return menu;
}

TEST_CASE("FaultPlan: printed one line a fault, before anything runs") {
  const FaultPlan plan{fault(FaultKind::slow_cpu, "a/main", 2500ms, 750ms, 50'000),
                       fault(FaultKind::skew, "b", 3s, 1s, -2'000'000'000),
                       fault(FaultKind::drift, "b", 3s, 1s, 200),
                       PlannedFault{FaultKind::partition, "a", "b", 4s, 1500ms, 0}};
  CHECK(to_text(plan) ==
        "2.500 +0.750 slow-cpu a/main 50us\n"
        "3.000 +1.000 clock-skew b -2000ms\n"
        "3.000 +1.000 clock-drift b 200ppm\n"
        "4.000 +1.500 partition a b\n");
  const auto admission = FaultBudget().quiet_after(4s).admit(plan);
  CHECK(admission.plan.size() == 3);
  CHECK(to_text(admission) ==
        to_text(admission.plan) + "4.000 +1.500 partition a b: refused, quiet after 4000 ms\n");
}

TEST_CASE("FaultPlan: the drawn plan is that of the seed, and needs no fewer draws when calm") {
  Choices one(7), same(7), other(8), calm(7);
  const FaultPlan plan = draw_plan(one, a_menu());
  CHECK(plan.size() > 5);
  CHECK(to_text(plan) == to_text(draw_plan(same, a_menu())));
  CHECK(to_text(plan) != to_text(draw_plan(other, a_menu())));
  FaultMenu nothing;
  nothing.slots = 20;
  CHECK(draw_plan(calm, nothing).empty());
  CHECK(calm.draws() == one.draws());
}

TEST_CASE("FaultPlan: what is drawn keeps to the menu, and what is admitted to the budget",
          "[property]") {
  rc::prop("plan", [] {
    Choices choices(*rc::gen::arbitrary<std::uint64_t>());
    const FaultMenu menu = a_menu();
    const FaultPlan plan = draw_plan(choices, menu);
    Duration last(0);
    for (const PlannedFault& one : plan) {
      RC_ASSERT(one.start >= last);
      last = one.start;
      RC_ASSERT(one.start <= menu.span);
      RC_ASSERT(one.length > Duration(0) && one.length <= 4s);
      RC_ASSERT(std::abs(one.amount) <= 6'400'000'000);
      RC_ASSERT((one.kind == FaultKind::jump) == (one.amount != 0));
      RC_ASSERT(one.peer.empty() == (one.kind != FaultKind::partition));
      RC_ASSERT(one.peer != one.target);
    }
    const auto budget = FaultBudget().group("all", {"a", "b", "c"}).quiet_after(50s).at_once(3);
    const auto admission = budget.admit(plan);
    RC_ASSERT(admission.plan.size() + admission.refused.size() == plan.size());
    for (Duration at(0); at < 70s; at += 100ms) {
      std::set<std::string> down;
      std::size_t on = 0;
      for (const PlannedFault& one : admission.plan) {
        if (at < one.start || at >= one.end()) continue;
        ++on;
        if (takes_down(one.kind)) down.insert(one.target.substr(0, 1));
      }
      RC_ASSERT(down.size() <= 1);
      RC_ASSERT(on <= 3);
      RC_ASSERT(at < 50s || on == 0);
    }
  });
}

}  // namespace
}  // namespace shardlab::sim
