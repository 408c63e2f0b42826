#include "tools/testing/always_held.h"

#include <chrono>
#include <fmt/format.h>
#include <iostream>
#include <rapidcheck.h>
#include <sstream>

#include "tools/testing/held.h"
#include "tools/testing/surroundings.h"

namespace shardlab::testing {
namespace {

using RealClock = std::chrono::steady_clock;

/// The runs of one property.
class Search {
 public:
  Search(const std::function<scenarios::Scenario()>& make, const Demand& demand)
      : make_(make), demand_(demand) {}

  /// A case of rapidcheck's: throws its failure.
  void try_one() {
    const scenarios::Scenario scenario = make_();
    constexpr std::uint64_t seeds = 1'000'000;
    const auto seed = *rc::gen::noShrink(
        rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint64_t>(1, seeds)));
    // Once there is a failure, rapidcheck only makes it smaller.
    if (smallest_ && RealClock::now() >= deadline_) return;
    Played played = play(scenario, seed, demand_);
    ++runs_;
    if (!fails_alike(played)) return;
    if (!smallest_) {
      first_ = runs_;
      deadline_ = RealClock::now() + shrink_budget() / 4;
    }
    smallest_ = std::move(played);
    RC_FAIL(summary_of(*smallest_));
  }

  const std::optional<Played>& smallest() const { return smallest_; }
  /// `"run 3; 41 more to make it smaller"`
  std::string effort() const {
    return fmt::format("run {}; {} more to make it smaller", first_, runs_ - first_);
  }

 private:
  bool fails_alike(const Played& played) const {
    if (!smallest_ || played.held()) return !played.held();
    if (smallest_->failure->property == "inconclusive") {
      return played.failure->property == "inconclusive";
    }
    return failure_like(*smallest_->failure, played.report).has_value();
  }

  const std::function<scenarios::Scenario()>& make_;
  const Demand& demand_;
  std::optional<Played> smallest_;
  RealClock::time_point deadline_;
  std::uint64_t runs_ = 0;
  std::uint64_t first_ = 0;
};

rc::detail::TestParams params_of(const Demand& demand) {
  const rc::detail::TestParams unasked;
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  if (params.maxSuccess == unasked.maxSuccess) params.maxSuccess = demand.runs;
  return params;
}

/// One run is both: play the case that is asked for, and no other.
void replay_wanted(const WantedCase& wanted, const Demand& demand) {
  if (!wanted.is_of_this_test) {
    std::cout << wanted.file << " was found by another test: " << wanted.what.found_by.test << '\n';
    return;
  }
  const Played played = play(scenarios::Scenario(), 0, demand);
  if (played.held()) std::cout << wanted.file << " holds now\n";
  CHECK_THAT(played, Held());
}

void search(const std::string& description, const std::function<scenarios::Scenario()>& make,
            const Demand& demand) {
  Search runs(make, demand);
  rc::detail::TestMetadata metadata;
  metadata.id = metadata.description = description;
  const auto result =
      rc::detail::checkTestable([&] { runs.try_one(); }, metadata, params_of(demand));
  if (result.template is<rc::detail::SuccessResult>()) {
    SUCCEED();
  } else if (runs.smallest()) {
    INFO(runs.effort());
    CHECK_THAT(*runs.smallest(), Held());
  } else {
    std::ostringstream said;
    printResultMessage(result, said);
    FAIL_CHECK(said.str());
  }
}

}  // namespace

void always_held(const std::string& description, const std::function<scenarios::Scenario()>& make,
                 const Demand& demand) {
  SECTION(description) {
    const auto wanted = wanted_case();
    if (wanted) {
      replay_wanted(*wanted, demand);
    } else {
      search(description, make, demand);
    }
  }
}

}  // namespace shardlab::testing
