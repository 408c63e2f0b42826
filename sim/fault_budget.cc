#include "sim/fault_budget.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace shardlab::sim {
namespace {

std::string host_of(const std::string& target) { return target.substr(0, target.find('/')); }

/// The instants at which most can be wrong together while `fault` lives: where one starts.
std::vector<Duration> critical_instants(const PlannedFault& fault, Duration end,
                                        const FaultPlan& admitted) {
  std::vector<Duration> instants{fault.start};
  for (const PlannedFault& other : admitted) {
    if (other.start > fault.start && other.start < end) instants.push_back(other.start);
  }
  return instants;
}

bool is_on(const PlannedFault& fault, Duration at, Duration recovery) {
  return fault.start <= at && at < fault.end() + recovery;
}

Duration clock_error_of(const PlannedFault& fault) {
  const std::int64_t amount = fault.amount < 0 ? -fault.amount : fault.amount;
  switch (fault.kind) {
    case FaultKind::skew:
    case FaultKind::jump: return Duration(amount);
    case FaultKind::drift: return Duration(fault.length.count() / 1'000'000 * amount + amount);
    default: return Duration(0);
  }
}

}  // namespace

FaultBudget& FaultBudget::group(std::string name, std::vector<std::string> hosts,
                                std::size_t at_most) {
  groups_.push_back({std::move(name), std::move(hosts), at_most});
  return *this;
}

FaultBudget& FaultBudget::group(std::string name, std::vector<std::string> hosts) {
  const std::size_t minority = hosts.empty() ? 0 : (hosts.size() - 1) / 2;
  return group(std::move(name), std::move(hosts), minority);
}

FaultBudget& FaultBudget::recovery(Duration time) {
  recovery_ = time;
  return *this;
}

FaultBudget& FaultBudget::at_most(std::size_t faults) {
  at_most_ = faults;
  return *this;
}

FaultBudget& FaultBudget::at_once(std::size_t faults) {
  at_once_ = faults;
  return *this;
}

FaultBudget& FaultBudget::quiet_after(Duration time) {
  quiet_after_ = time;
  return *this;
}

FaultBudget& FaultBudget::clock_error(Duration most) {
  clock_error_ = most;
  return *this;
}

std::optional<std::string> FaultBudget::group_refusal(const Group& group, const PlannedFault& fault,
                                                      const FaultPlan& admitted) const {
  const auto member = [&](const std::string& target) {
    return std::find(group.hosts.begin(), group.hosts.end(), host_of(target));
  };
  // A fault between two takes down the one that it aims at, if that is of the group.
  const auto down = [&](const PlannedFault& one) {
    if (!takes_down(one.kind)) return group.hosts.end();
    return member(one.target) != group.hosts.end() ? member(one.target) : member(one.peer);
  };
  if (down(fault) == group.hosts.end()) return std::nullopt;
  for (Duration at : critical_instants(fault, fault.end() + recovery_, admitted)) {
    std::set<std::string> hosts{*down(fault)};
    for (const PlannedFault& other : admitted) {
      if (is_on(other, at, recovery_) && down(other) != group.hosts.end()) {
        hosts.insert(*down(other));
      }
    }
    if (hosts.size() <= group.at_most) continue;
    hosts.erase(*down(fault));
    return fmt::format("of {} at most {} of {} may be down at once; down is {}", group.name,
                       group.at_most, group.hosts.size(),
                       hosts.empty() ? "none" : fmt::format("{}", fmt::join(hosts, ", ")));
  }
  return std::nullopt;
}

std::optional<std::string> FaultBudget::number_refusal(const PlannedFault& fault,
                                                       const FaultPlan& admitted) const {
  if (at_most_ && admitted.size() >= *at_most_) return fmt::format("at most {} faults", *at_most_);
  if (!at_once_) return std::nullopt;
  for (Duration at : critical_instants(fault, fault.end(), admitted)) {
    const auto others = std::count_if(admitted.begin(), admitted.end(), [&](const auto& other) {
      return is_on(other, at, Duration(0));
    });
    if (static_cast<std::size_t>(others) >= *at_once_) {
      return fmt::format("at most {} faults at once", *at_once_);
    }
  }
  return std::nullopt;
}

std::optional<std::string> FaultBudget::clock_refusal(const PlannedFault& fault,
                                                      const FaultPlan& admitted) const {
  if (!clock_error_ || clock_error_of(fault).count() == 0) return std::nullopt;
  Duration sum = clock_error_of(fault);
  for (const PlannedFault& other : admitted) {
    if (host_of(other.target) == host_of(fault.target)) sum += clock_error_of(other);
  }
  if (sum <= *clock_error_) return std::nullopt;
  return fmt::format("the clock of {} may be off by {} ms, not {} ms", host_of(fault.target),
                     clock_error_->count() / 1'000'000, sum.count() / 1'000'000);
}

std::optional<std::string> FaultBudget::refusal(const PlannedFault& fault,
                                                const FaultPlan& admitted) const {
  if (quiet_after_ && fault.end() > *quiet_after_) {
    return fmt::format("quiet after {} ms", quiet_after_->count() / 1'000'000);
  }
  if (auto reason = number_refusal(fault, admitted)) return reason;
  if (auto reason = clock_refusal(fault, admitted)) return reason;
  for (const Group& group : groups_) {
    if (auto reason = group_refusal(group, fault, admitted)) return reason;
  }
  return std::nullopt;
}

FaultBudget::Admission FaultBudget::admit(const FaultPlan& plan) const {
  Admission admission;
  for (const PlannedFault& fault : plan) {
    if (auto reason = refusal(fault, admission.plan)) {
      admission.refused.push_back({fault, *reason});
    } else {
      admission.plan.push_back(fault);
    }
  }
  return admission;
}

std::string to_text(const FaultBudget::Admission& admission) {
  std::string text = to_text(admission.plan);
  for (const auto& [fault, reason] : admission.refused) {
    text += fmt::format("{}: refused, {}\n", to_text(fault), reason);
  }
  return text;
}

}  // namespace shardlab::sim
