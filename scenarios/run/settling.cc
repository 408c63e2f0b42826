#include "scenarios/run/settling.h"

#include <algorithm>

#include "scenarios/checks/everything_settles.h"
#include "scenarios/checks/make_check.h"

namespace shardlab::scenarios {

Settling::Settling(const LiveCluster& cluster, const Operator& person, const Checks& checks,
                   std::vector<std::string> properties)
    : cluster_(cluster), operator_(person), checks_(checks), properties_(std::move(properties)) {
  // Also where nobody asks: other checks look at the end at what replicas have got by then.
  const std::string everything(EverythingSettles::check_name);
  if (std::ranges::find(properties_, everything) == properties_.end()) {
    properties_.push_back(everything);
  }
}

bool Settling::is_settled() const {
  if (operator_.has_busy_colleague() || !cluster_.is_up()) return false;
  const auto is_waiting = [](const auto& check) { return check->is_waiting(); };
  return std::ranges::none_of(checks_, is_waiting) &&
         std::ranges::all_of(properties_, [this](const auto& name) { return holds_now(name); });
}

/// Asks a judge who has seen nothing yet.
bool Settling::holds_now(const std::string& property) const {
  const std::unique_ptr<Check> fresh = make_check(property, cluster_);
  fresh->at_end();
  return fresh->violation_count() == 0;
}

}  // namespace shardlab::scenarios
