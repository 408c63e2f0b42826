#include "scenarios/sweep/tally.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <xxhash.h>

#include "scenarios/situations/catalogue.h"
#include "scenarios/sweep/signature.h"

namespace shardlab::scenarios {
namespace {

std::uint64_t enough_worlds(std::string_view situation) {
  const auto* known = situations::find_situation(situation);
  return known ? known->enough_worlds : situations::Situation::usual_worlds;
}

}  // namespace

Tally::Tally(const Scenario& scenario) : scenario_(scenario.name) {
  for (const Property& property : scenario.properties) {
    if (property.kind == Property::Kind::sometimes) situations_.push_back({property.name});
  }
}

std::uint64_t Tally::worlds() const {
  return std::accumulate(worlds_.begin(), worlds_.end(), std::uint64_t{0});
}

void Tally::add(const WorldRecord& record) {
  ++worlds_[static_cast<std::size_t>(record.ending)];
  events_ += record.events;
  length_ += record.length;
  cpu_ += record.cpu;
  for (SituationTally& situation : situations_) {
    situation.worlds += static_cast<std::uint64_t>(
        std::ranges::count(record.reached, std::string_view(situation.name)));
  }
  for (const FaultCount& count : record.faults) scenarios::add(faults_, count);
  const std::string line =
      fmt::format("{} {} {}", record.seed, to_string(record.ending), record.digest);
  digest_ = XXH3_64bits_withSeed(line.data(), line.size(), digest_);
  if (record.ending == Ending::held) return;
  std::string signature = signature_of(record.detail);
  const auto same = std::ranges::find_if(findings_, [&](const Finding& finding) {
    return finding.first.ending == record.ending && finding.first.property == record.property &&
           finding.signature == signature;
  });
  if (same != findings_.end()) {
    ++same->worlds;
  } else {
    findings_.push_back({record, std::move(signature), 1});
  }
}

std::vector<FaultCount> Tally::faults() const {
  std::vector<FaultCount> counts = faults_;
  std::ranges::sort(counts, [](const FaultCount& a, const FaultCount& b) {
    const std::uint64_t left = a.wasted * b.planned, right = b.wasted * a.planned;
    if (left != right) return left > right;
    if (a.planned != b.planned) return a.planned > b.planned;
    return a.kind < b.kind;
  });
  return counts;
}

FaultCount sum_of(const std::vector<FaultCount>& counts) {
  FaultCount sum;
  for (const FaultCount& count : counts) {
    sum.planned += count.planned;
    sum.wasted += count.wasted;
  }
  return sum;
}

Coverage Tally::coverage() const {
  constexpr std::size_t most_rare = 5;
  Coverage coverage;
  coverage.all = situations_.size();
  for (const SituationTally& situation : situations_) {
    if (situation.worlds == 0) {
      coverage.never.push_back(situation.name);
    } else {
      coverage.rarest.push_back(situation);
    }
  }
  coverage.reached = coverage.rarest.size();
  std::ranges::stable_sort(coverage.rarest, {}, &SituationTally::worlds);
  if (coverage.rarest.size() > most_rare) coverage.rarest.resize(most_rare);
  return coverage;
}

std::string Tally::digest() const { return fmt::format("{:016x}", digest_); }

std::vector<NeverReached> never_reached(const std::vector<Tally>& tallies) {
  struct Wanted {
    std::string name;
    std::uint64_t worlds = 0;
    std::uint64_t reached = 0;
  };
  std::vector<Wanted> all;
  for (const Tally& tally : tallies) {
    for (const SituationTally& situation : tally.situations()) {
      auto wanted = std::ranges::find(all, situation.name, &Wanted::name);
      if (wanted == all.end()) wanted = all.insert(all.end(), Wanted{situation.name});
      wanted->worlds += tally.judged();
      wanted->reached += situation.worlds;
    }
  }
  std::vector<NeverReached> never;
  for (const Wanted& wanted : all) {
    if (wanted.reached > 0 || wanted.worlds < enough_worlds(wanted.name)) continue;
    never.push_back({wanted.name, wanted.worlds});
  }
  return never;
}

std::optional<Ending> ending_of(const std::vector<Tally>& tallies) {
  const auto any = [&](Ending ending) {
    return std::ranges::any_of(tallies,
                               [&](const Tally& tally) { return tally.worlds(ending) > 0; });
  };
  if (any(Ending::failed)) return Ending::failed;
  if (any(Ending::violated) || !never_reached(tallies).empty()) return Ending::violated;
  if (any(Ending::inconclusive)) return Ending::inconclusive;
  if (any(Ending::held)) return Ending::held;
  return std::nullopt;
}

}  // namespace shardlab::scenarios
