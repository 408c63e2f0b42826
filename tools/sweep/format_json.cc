#include <nlohmann/json.hpp>

#include "tools/sweep/format.h"

namespace shardlab::tools {
namespace {

using Json = nlohmann::ordered_json;
using scenarios::Ending;

std::string line_of(const Json& json) {
  // A server's error text may hold bytes that are no UTF-8; the line must come out all the same.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json size_json(const scenarios::CaseSize& size) {
  return {{"faults", size.faults},
          {"visits", size.visits},
          {"rows", size.rows},
          {"tablets", size.tablets}};
}

Json case_json(const FoundCase& found) {
  Json json;
  json["file"] = found.file;
  if (!found.raw_file.empty()) json["raw_file"] = found.raw_file;
  json["digest"] = found.smallest.digest;
  json["events"] = found.smallest.events;
  json["sentence"] = found.smallest.failure.sentence;
  json["found"] = size_json(found.smallest.found.value_or(size_of(found.smallest)));
  json["size"] = size_json(size_of(found.smallest));
  if (found.shrinking) {
    json["tries"] = found.shrinking->tries;
    json["is_minimal"] = found.shrinking->is_minimal;
    json["real_ns"] = found.shrinking->real.count();
  }
  json["story"] =
      story_of(found.smallest, found.report, found.shrinking && found.shrinking->is_minimal);
  return json;
}

Json finding_json(const SweepPlan& plan, const SweepResult& result, std::size_t scenario,
                  const scenarios::Finding& finding) {
  const scenarios::WorldRecord& first = finding.first;
  Json json;
  json["verdict"] = to_string(first.ending);
  if (!first.property.empty()) json["property"] = first.property;
  if (!first.violation_class.empty()) json["class"] = first.violation_class;
  json["detail"] = first.detail;
  json["seed"] = first.seed;
  json["worlds"] = finding.worlds;
  if (!first.digest.empty()) json["digest"] = first.digest;
  const FoundCase* found = result.case_of(scenario, first.seed);
  if (found) json["case"] = case_json(*found);
  json["replay"] = replay_line(plan, result, scenario, first.seed);
  return json;
}

Json worlds_json(const std::vector<scenarios::Tally>& tallies) {
  Json json;
  for (const auto& [name, ending] : {std::pair{"held", Ending::held},
                                     {"violated", Ending::violated},
                                     {"inconclusive", Ending::inconclusive},
                                     {"internal_errors", Ending::failed}}) {
    std::uint64_t sum = 0;
    for (const scenarios::Tally& tally : tallies) sum += tally.worlds(ending);
    json[name] = sum;
  }
  return json;
}

Json faults_json(const scenarios::Tally& tally) {
  const auto kinds = tally.faults();
  const scenarios::FaultCount all = scenarios::sum_of(kinds);
  Json json;
  json["injected"] = all.planned;
  json["wasted"] = all.wasted;
  json["kinds"] = Json::array();
  for (const auto& one : kinds) {
    json["kinds"].push_back(
        {{"kind", one.kind}, {"injected", one.planned}, {"wasted", one.wasted}});
  }
  return json;
}

Json scenario_json(const SweepPlan& plan, const SweepResult& result, std::size_t scenario) {
  const scenarios::Tally& tally = result.tallies[scenario];
  Json json;
  json["scenario"] = tally.scenario();
  json["file"] = plan.scenarios[scenario].file;
  json["planned"] = plan.seeds.count();
  json["worlds"] = tally.worlds();
  json.update(worlds_json({tally}));
  json["findings"] = Json::array();
  for (const auto& finding : tally.findings()) {
    json["findings"].push_back(finding_json(plan, result, scenario, finding));
  }
  json["sometimes"] = Json::object();
  for (const auto& situation : tally.situations()) {
    json["sometimes"][situation.name] = situation.worlds;
  }
  json["faults"] = faults_json(tally);
  json["digest"] = tally.digest();
  json["events"] = tally.events();
  json["length_ns"] = tally.length().count();
  return json;
}

std::string_view name_of(JobsResult::End end) {
  switch (end) {
    case JobsResult::End::all_ended: return "all_played";
    case JobsResult::End::out_of_time: return "out_of_time";
    case JobsResult::End::interrupted: return "interrupted";
  }
  return "?";
}

Json sweep_json(const SweepPlan& plan, const SweepResult& result) {
  const auto ending = scenarios::ending_of(result.tallies);
  Json json;
  json["verdict"] = ending ? to_string(*ending) : "nothing ran";
  json["exit_status"] = exit_status(result);
  json["end"] = name_of(result.jobs.end);
  json["seeds"] = {{"first", plan.seeds.range.first},
                   {"last", plan.seeds.range.last},
                   {"part", plan.seeds.partition.number},
                   {"parts", plan.seeds.partition.parts}};
  json["schedule"] = sim::to_string(plan.schedule);
  json["planned"] = plan.worlds();
  json["worlds"] = result.worlds();
  json.update(worlds_json(result.tallies));
  json["never_reached"] = Json::array();
  for (const auto& never : scenarios::never_reached(result.tallies)) {
    json["never_reached"].push_back(never.name);
  }
  Duration cpu{0};
  for (const auto& tally : result.tallies) cpu += tally.cpu();
  json["figures"] = {{"workers", plan.workers},
                     {"real_ns", result.real.count()},
                     {"cpu_ns", cpu.count()},
                     {"worker_peak_kb", result.jobs.peak_kb}};
  return json;
}

}  // namespace

std::string format_json(const SweepPlan& plan, const SweepResult& result) {
  std::string text;
  for (std::size_t i = 0; i < result.tallies.size(); ++i) {
    text += line_of(scenario_json(plan, result, i));
  }
  return text + line_of(sweep_json(plan, result));
}

std::string format_json(const PlayedCases& regressions) {
  const std::size_t all = regressions.cases.size() + regressions.left_out;
  if (all == 0) return "";
  Json json;
  json["regressions"] = all;
  json["held"] = regressions.count(Ending::held);
  json["not_held"] = Json::array();
  for (const PlayedCase& one : regressions.cases) {
    if (one.ending == Ending::held) continue;
    Json entry;
    entry["file"] = one.file;
    entry["verdict"] = to_string(one.ending);
    if (one.failure) entry["property"] = one.failure->property;
    entry["detail"] = one.failure ? one.failure->sentence : one.error;
    json["not_held"].push_back(std::move(entry));
  }
  return line_of(json);
}

}  // namespace shardlab::tools
