#include "tools/testing/show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ostream>

namespace shardlab::scenarios {
namespace {

std::string text_of(const Visit& visit) {
  constexpr std::string_view kinds[] = {"writes to", "reads, from a replica,",
                                        "reads, from the master,"};
  return fmt::format("{}: a visitor {} page {}", format_duration(visit.at),
                     kinds[static_cast<std::size_t>(visit.kind)], visit.page);
}

std::string text_of(const Load& load) {
  if (load.visits) return fmt::format("{} visits", load.visits->size());
  return fmt::format("{} visits in {} on {} pages, {} % writes, reads from {}", load.rate.count,
                     format_duration(load.rate.per), load.pages.size(),
                     load.write_millionths / 10'000,
                     load.reads == Load::Reads::master ? "the master" : "replicas");
}

std::string text_of(const ShardSpec& shard) {
  return fmt::format("\n  shard {}: {} replica, {} rdonly", shard.name, shard.replica,
                     shard.rdonly);
}

std::string text_of(const Scenario& scenario) {
  std::string text =
      fmt::format("{} in {}", scenario.name, fmt::join(scenario.cluster.cells, ", "));
  for (const auto& [cell, count] : scenario.cluster.vtgates) {
    text += fmt::format("\n  {} vtgate in {}", count, cell);
  }
  for (const KeyspaceSpec& keyspace : scenario.keyspaces) {
    for (const ShardSpec& shard : keyspace.shards) text += text_of(shard);
  }
  for (const ShardSpec& shard : scenario.sharded_template) text += text_of(shard);
  for (const Load& load : scenario.loads) text += "\n  " + text_of(load);
  text += "\n  steps";
  for (const Step& step : scenario.steps) text += " " + step.id;
  for (const FaultSpec& fault : scenario.faults) text += "\n  " + to_text(fault);
  return text;
}

}  // namespace

void showValue(const Visit& visit, std::ostream& out) { out << text_of(visit); }
void showValue(const Load& load, std::ostream& out) { out << text_of(load); }
void showValue(const FaultSpec& fault, std::ostream& out) { out << to_text(fault); }
void showValue(const Step& step, std::ostream& out) { out << step.id; }
void showValue(const Scenario& scenario, std::ostream& out) { out << text_of(scenario); }

}  // namespace shardlab::scenarios
