#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/swarm/moments.h"
#include "sim/choices.h"

namespace shardlab::scenarios {

/// Whether watchers are kept from hearing what changes.
bool silences_watches(const FaultKindInfo& kind);

/// Draws faults that can have an effect in a scenario: at moments that come, on targets that are
/// there then and have something to do. Each takes the same draws whatever it turns out to be, so
/// that leaving one out moves no other.
class FaultDraw {
 public:
  /// The scenario has its load and its cluster already, and must outlive this.
  FaultDraw(const Scenario& scenario, sim::Choices& choices);

  /// Whether the scenario has any moment for the kind.
  bool is_possible(const FaultKindInfo& kind) const;
  /// One of these kinds; each is possible.
  FaultSpec draw(const std::vector<const FaultKindInfo*>& kinds);

 private:
  /// From whom messages come, and to whom: for faults of the network.
  struct Way {
    FaultTarget from, to;
  };
  struct Drawn;

  std::uint64_t below(std::string_view site, std::uint64_t bound) {
    return choices_.draw(site, bound);
  }
  bool suits(const FaultKindInfo& kind, const Moment& moment) const;
  std::vector<FaultTarget> etcds(const FaultKindInfo& kind, const Moment& moment) const;
  std::vector<FaultTarget> targets(const FaultKindInfo& kind, const Moment& moment) const;
  std::optional<std::vector<FaultTarget>> targets_of_promise(const FaultKindInfo& kind,
                                                             const Moment& moment) const;
  const ShardSpec& shard_spec(const std::string& shard) const;
  std::vector<FaultTarget> servers(const Moment& moment, bool with_replicas, bool with_new) const;
  std::vector<Way> ways(const FaultKindInfo& kind, const Moment& moment) const;
  Duration length(const FaultKindInfo& kind, std::uint64_t drawn) const;
  std::int64_t longest_message() const;
  void choose_operator(FaultSpec& fault, std::uint64_t drawn) const;
  FaultTarget role(std::string function, const std::string& shard) const;

  const Scenario& scenario_;
  sim::Choices& choices_;
  std::vector<Moment> moments_;
  std::vector<std::string> sources_, targets_, others_;
  std::int64_t visits_ = 0;  ///< in millionths a second
  std::int64_t writes_ = 0;  ///< in millionths a second
};

}  // namespace shardlab::scenarios
