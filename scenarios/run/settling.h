#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/checks/check.h"
#include "scenarios/cluster/live_cluster.h"
#include "scenarios/run/operator.h"

namespace shardlab::scenarios {

/// Says whether a world has come to rest after its last step, so that nobody watches it longer.
class Settling {
 public:
  using Checks = std::vector<std::unique_ptr<Check>>;
  /// `properties` are the names of those that have to hold in the end. What else is given must
  /// outlive it.
  Settling(const LiveCluster& cluster, const Operator& person, const Checks& checks,
           std::vector<std::string> properties);

  /// Every process runs that should, no operator and no visitor is without an answer, no check
  /// waits for anything, and what has to hold in the end holds now. No verdict comes of asking.
  bool is_settled() const;

 private:
  bool holds_now(const std::string& property) const;

  const LiveCluster& cluster_;
  const Operator& operator_;
  const Checks& checks_;
  std::vector<std::string> properties_;
};

}  // namespace shardlab::scenarios
