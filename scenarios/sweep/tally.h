#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/file/scenario.h"
#include "scenarios/sweep/world_record.h"

namespace shardlab::scenarios {

/// Worlds that went wrong in the same way: same ending, same property, same signature.
struct Finding {
  WorldRecord first;  ///< the one of the lowest seed
  std::string signature;
  std::uint64_t worlds = 1;
};

/// A situation that a scenario wants to be reached.
struct SituationTally {
  std::string name;
  std::uint64_t worlds = 0;  ///< that reached it
};

/// How far the worlds of a scenario have come with its situations.
struct Coverage {
  std::size_t all = 0;
  std::size_t reached = 0;
  std::vector<std::string> never;      ///< in the scenario's order
  std::vector<SituationTally> rarest;  ///< at most five of those reached, the rarest first
};

/// What the worlds of one scenario add up to. The same records in the same order give the same
/// tally.
class Tally {
 public:
  explicit Tally(const Scenario& scenario);

  /// In the order of seeds.
  void add(const WorldRecord& record);

  const std::string& scenario() const { return scenario_; }
  std::uint64_t worlds() const;
  std::uint64_t worlds(Ending ending) const { return worlds_[static_cast<std::size_t>(ending)]; }
  /// Worlds that came to a verdict of their own.
  std::uint64_t judged() const { return worlds() - worlds(Ending::failed); }
  const std::vector<Finding>& findings() const { return findings_; }
  const std::vector<SituationTally>& situations() const { return situations_; }
  /// By kind, the most wasted first: by share, then by number, then by name.
  std::vector<FaultCount> faults() const;
  Coverage coverage() const;
  std::uint64_t events() const { return events_; }
  Duration length() const { return length_; }
  Duration cpu() const { return cpu_; }
  /// Over seeds, endings and the digests of all worlds.
  std::string digest() const;

 private:
  std::string scenario_;
  std::array<std::uint64_t, 4> worlds_{};
  std::vector<Finding> findings_;
  std::vector<SituationTally> situations_;
  std::vector<FaultCount> faults_;
  std::uint64_t events_ = 0;
  Duration length_{0};
  Duration cpu_{0};
  std::uint64_t digest_ = 0;
};

/// Of all kinds together.
FaultCount sum_of(const std::vector<FaultCount>& counts);

/// A situation that none of enough worlds reached: as many as it says itself, which rare ones have
/// more of.
struct NeverReached {
  std::string name;
  std::uint64_t worlds = 0;  ///< of the scenarios that want it
};

/// What scenarios want counts for the sweep as a whole: one that reaches it is enough for all.
std::vector<NeverReached> never_reached(const std::vector<Tally>& tallies);

/// The worst of all worlds, where a violation weighs more than a world without a verdict, and an
/// internal error most; none when there are no worlds. Situations never reached are a violation.
std::optional<Ending> ending_of(const std::vector<Tally>& tallies);

}  // namespace shardlab::scenarios
