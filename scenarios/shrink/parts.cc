#include "scenarios/shrink/parts.h"

#include <algorithm>
#include <utility>

#include "scenarios/cluster/host_names.h"
#include "scenarios/file/read_steps.h"

namespace shardlab::scenarios {
namespace {

using Difference = std::ptrdiff_t;

/// Every shard that is there from the start.
template <class AnyScenario, class Do>
void each_shard(AnyScenario& scenario, Do act) {
  for (auto& keyspace : scenario.keyspaces) {
    for (auto& shard : keyspace.shards) act(shard);
  }
}

std::size_t sites(const Case& what) { return what.draws.sites().size(); }

void calm_sites(Case& what, std::size_t first, std::size_t count) {
  std::vector<std::string> names;
  for (const auto& [name, site] : what.draws.sites()) names.push_back(name);
  for (std::size_t i = first; i < first + count; ++i) what.draws.erase(names[i]);
}

std::size_t faults(const Case& what) { return what.scenario.faults.size(); }

bool hangs_on(const FaultSpec& fault, const std::string& id) {
  const bool is_triggered = fault.trigger.on == FaultTrigger::On::fault && fault.trigger.id == id;
  const auto is_target = [&](const FaultTarget& target) {
    return target.function == "last" && target.argument == id;
  };
  return is_triggered || is_target(fault.target) || (fault.peer && is_target(*fault.peer));
}

/// And those that begin with one, or hit whom it hit.
void drop_faults(Case& what, std::size_t first, std::size_t count) {
  std::vector<FaultSpec>& faults = what.scenario.faults;
  const auto begin = faults.begin() + static_cast<Difference>(first);
  const auto end = begin + static_cast<Difference>(count);
  std::vector<std::string> gone;
  for (auto fault = begin; fault != end; ++fault) gone.push_back(fault->id);
  faults.erase(begin, end);
  while (!gone.empty()) {
    const std::string id = std::move(gone.back());
    gone.pop_back();
    std::erase_if(faults, [&](const FaultSpec& fault) {
      if (!hangs_on(fault, id)) return false;
      gone.push_back(fault.id);
      return true;
    });
  }
}

/// Faults that hit a host by its name go with the host.
void drop_faults_of_nobody(Case& what) {
  const std::vector<std::string> hosts = host_names(what.scenario);
  const auto is_gone = [&](const FaultTarget& target) {
    const bool is_host = target.function.empty() && !target.argument.empty();
    return is_host && std::ranges::find(hosts, target.argument) == hosts.end();
  };
  for (std::size_t i = faults(what); i-- > 0;) {
    if (i >= faults(what)) continue;  // gone with another one
    const FaultSpec& fault = what.scenario.faults[i];
    if (is_gone(fault.target) || (fault.peer && is_gone(*fault.peer))) drop_faults(what, i, 1);
  }
}

std::vector<Visit>* visits_of(Scenario& scenario) {
  if (scenario.loads.empty() || !scenario.loads.front().visits) return nullptr;
  return &*scenario.loads.front().visits;
}

std::size_t visits(const Case& what) {
  return what.scenario.loads.empty() || !what.scenario.loads.front().visits
             ? 0
             : what.scenario.loads.front().visits->size();
}

void drop_visits(Case& what, std::size_t first, std::size_t count) {
  std::vector<Visit>& visits = *visits_of(what.scenario);
  const auto begin = visits.begin() + static_cast<Difference>(first);
  visits.erase(begin, begin + static_cast<Difference>(count));
}

std::size_t rows(const Case& what) {
  return what.scenario.data ? static_cast<std::size_t>(what.scenario.data->count) : 0;
}

void drop_rows(Case& what, std::size_t, std::size_t count) {
  what.scenario.data->count -= static_cast<std::int64_t>(count);
}

// Every shard keeps a master, a replica and an rdonly: without them it fails for another reason.
// Spare tablets are counted shard by shard, rdonly ones first; those of the template, whose shards
// are all of one size, as one shard.

std::size_t spare_rdonly(const ShardSpec& shard) {
  return static_cast<std::size_t>(std::max(shard.rdonly - 1, 0));
}

std::size_t spare(const ShardSpec& shard) {
  return spare_rdonly(shard) + static_cast<std::size_t>(std::max(shard.replica - 2, 0));
}

void shrink_shard(ShardSpec& shard, bool is_rdonly) {
  --(is_rdonly ? shard.rdonly : shard.replica);
  --shard.uids.last;
}

std::size_t tablets(const Case& what) {
  std::size_t sum = 0;
  each_shard(what.scenario, [&](const ShardSpec& shard) { sum += spare(shard); });
  const auto& sharded = what.scenario.sharded_template;
  return sum + (sharded.empty() ? 0 : spare(sharded.front()));
}

void drop_tablet(Case& what, std::size_t index) {
  bool is_done = false;
  each_shard(what.scenario, [&](ShardSpec& shard) {
    if (is_done) return;
    if (index < spare(shard)) {
      shrink_shard(shard, index < spare_rdonly(shard));
      is_done = true;
    } else {
      index -= spare(shard);
    }
  });
  if (is_done) return;
  const bool is_rdonly = index < spare_rdonly(what.scenario.sharded_template.front());
  for (ShardSpec& shard : what.scenario.sharded_template) shrink_shard(shard, is_rdonly);
}

/// Steps may speak of the number of tablets.
void drop_tablets(Case& what, std::size_t first, std::size_t count) {
  for (std::size_t i = first + count; i-- > first;) drop_tablet(what, i);
  drop_faults_of_nobody(what);
  what.scenario.steps = read_steps(*what.scenario.step_texts, what.scenario);
}

/// Those beyond the first.
std::size_t vtgates(const Case& what) {
  int sum = -1;
  for (const auto& [cell, count] : what.scenario.cluster.vtgates) sum += count;
  return static_cast<std::size_t>(std::max(sum, 0));
}

void drop_vtgates(Case& what, std::size_t, std::size_t count) {
  for (auto& [cell, number] : what.scenario.cluster.vtgates) {
    while (count > 0 && number > 1) {
      --number;
      --count;
    }
  }
  drop_faults_of_nobody(what);
}

// Simplifying.

template <class Value>
bool become(Value& value, const Value& simple) {
  if (value == simple) return false;
  value = simple;
  return true;
}

/// To whole units, towards zero.
bool round_down(Duration& time, Duration unit) { return become(time, time / unit * unit); }

/// A simplification of one fault or one visit of a case.
template <class Change>
Simplification of_fault(std::size_t index, Change change) {
  return [index, change](Case& what) {
    return index < what.scenario.faults.size() && change(what.scenario.faults[index]);
  };
}

template <class Change>
Simplification of_visit(std::size_t index, Change change) {
  return [index, change](Case& what) {
    std::vector<Visit>* visits = visits_of(what.scenario);
    return visits && index < visits->size() && change((*visits)[index]);
  };
}

void simplify_fault(std::size_t i, std::vector<Simplification>& out) {
  out.push_back(of_fault(i, [](FaultSpec& fault) {
    fault.trigger.least_delay = Duration(0);
    return become(fault.trigger.most_delay, Duration(0));
  }));
  out.push_back(
      of_fault(i, [](FaultSpec& fault) { return become(fault.trigger.nth, std::uint64_t{1}); }));
  for (const Duration unit : {Duration(1s), Duration(100ms), Duration(1ms)}) {
    out.push_back(
        of_fault(i, [unit](FaultSpec& fault) { return round_down(fault.trigger.at, unit); }));
    out.push_back(of_fault(i, [unit](FaultSpec& fault) {
      const bool is_shorter = round_down(fault.trigger.least_delay, unit);
      return round_down(fault.trigger.most_delay, unit) || is_shorter;
    }));
    out.push_back(of_fault(i, [unit](FaultSpec& fault) {
      return fault.length && *fault.length > unit && round_down(*fault.length, unit);
    }));
  }
  out.push_back(of_fault(i, [](FaultSpec& fault) {
    if (fault.kind->amount.empty()) return false;
    return become(fault.amount, parse_amount(*fault.kind, fault.kind->amount));
  }));
}

/// One member each, unless a fault is about members.
bool simplify_etcds(Case& what) {
  Cluster& cluster = what.scenario.cluster;
  const auto is_member = [&](const FaultTarget& target) {
    const auto is_of = [&](const std::string& cell) { return is_etcd_host(target.argument, cell); };
    return is_about_etcd(target) || is_of("") || std::ranges::any_of(cluster.cells, is_of);
  };
  const bool is_hit = std::ranges::any_of(what.scenario.faults, [&](const FaultSpec& fault) {
    return is_member(fault.target) || (fault.peer && is_member(*fault.peer));
  });
  if (is_hit) return false;
  const bool is_changed = become(cluster.etcd_global, 1);
  return become(cluster.etcd_per_cell, 1) || is_changed;
}

void simplify_visit(std::size_t i, std::vector<Simplification>& out) {
  for (const Duration unit : {Duration(1s), Duration(100ms), Duration(1ms)}) {
    out.push_back(of_visit(i, [unit](Visit& visit) { return round_down(visit.at, unit); }));
  }
  out.push_back(of_visit(i, [](Visit& visit) { return become(visit.page, std::uint64_t{0}); }));
}

}  // namespace

const std::vector<Parts>& parts_of_cases() {
  static const std::vector<Parts> parts{
      {"draws", sites, calm_sites},       {"faults", faults, drop_faults},
      {"visits", visits, drop_visits},    {"rows", rows, drop_rows},
      {"tablets", tablets, drop_tablets}, {"vtgates", vtgates, drop_vtgates},
  };
  return parts;
}

Parts draws_at(std::string site) {
  Parts parts;
  parts.name = "draws";
  const auto places = [site](const Case& what) {
    std::vector<std::size_t> places;
    const sim::ChoiceTape::Site* found = what.draws.find(site);
    for (std::size_t i = 0; found && i < found->values.size(); ++i) {
      if (found->values[i] != 0) places.push_back(i);
    }
    return places;
  };
  parts.count = [places](const Case& what) { return places(what).size(); };
  parts.leave_out = [site, places](Case& what, std::size_t first, std::size_t count) {
    const std::vector<std::size_t> all = places(what);
    what.draws.calm(site, all[first], all[first + count - 1] + 1);
  };
  return parts;
}

std::vector<Simplification> simplifications_of(const Case& what) {
  std::vector<Simplification> out;
  out.push_back([](Case& one) { return become(one.schedule, sim::Schedule()); });
  out.push_back([](Case& one) {
    const Latency usual;
    const bool is_changed = become(one.scenario.latency.p50, usual.p50);
    return become(one.scenario.latency.p99, usual.p99) || is_changed;
  });
  out.push_back([](Case& one) { return become(one.scenario.pace, Duration(1s)); });
  out.emplace_back(simplify_etcds);
  for (std::size_t i = 0; i < faults(what); ++i) simplify_fault(i, out);
  for (std::size_t i = 0; i < visits(what); ++i) simplify_visit(i, out);
  return out;
}

}  // namespace shardlab::scenarios
