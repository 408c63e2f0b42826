#include <nlohmann/json.hpp>

#include "scenarios/report/format.h"

namespace shardlab::scenarios {

namespace {

using Json = nlohmann::ordered_json;

Json step_json(const StepReport& step) {
  Json json;
  json["at_ns"] = step.at.count();
  json["what"] = step.what;
  json["outcome"] = step.outcome;
  json["failures"] = step.failures;
  return json;
}

Json fault_json(const FaultLine& fault) {
  Json json;
  json["what"] = fault.what;
  json["target"] = fault.target;
  if (fault.at) json["at_ns"] = fault.at->count();
  json["effects"] = fault.effects;
  return json;
}

Json property_json(const PropertyReport& property) {
  Json json;
  json["name"] = property.name;
  json["kind"] = to_string(property.kind);
  json["outcome"] = to_string(property.outcome);
  if (!property.detail.empty()) json["detail"] = property.detail;
  return json;
}

Json load_json(const LoadReport& load) {
  Json json;
  json["ops"] = load.total();
  json["ok"] = load.ok;
  json["refused"] = load.refused;
  json["unknown"] = load.unknown;
  json["p50_ns"] = load.p50.count();
  json["p99_ns"] = load.p99.count();
  return json;
}

}  // namespace

std::string format_json(const RunReport& report) {
  const Verdict verdict = verdict_of(report);
  Json json;
  json["scenario"] = report.scenario;
  if (report.played) {
    json["choices"] = {{"missing", report.played->missing},
                       {"too_large", report.played->clamped},
                       {"unused", report.played->unused}};
  } else {
    json["seed"] = report.seed;
  }
  json["schedule"] = report.schedule;
  json["tablets"] = report.tablets;
  json["commands"] = report.commands;
  json["faults"] = Json::array();
  for (const FaultLine& fault : report.faults) json["faults"].push_back(fault_json(fault));
  json["verdict"] = to_string(verdict);
  if (verdict == Verdict::violated) json["class"] = violation_class(report);
  json["exit_status"] = exit_status(verdict);
  if (!report.inconclusive.empty()) json["inconclusive"] = report.inconclusive;
  json["steps"] = Json::array();
  for (const StepReport& step : report.steps) json["steps"].push_back(step_json(step));
  json["properties"] = Json::array();
  for (const auto& property : report.properties)
    json["properties"].push_back(property_json(property));
  json["loads"] = Json::array();
  for (const LoadReport& load : report.loads) json["loads"].push_back(load_json(load));
  json["digest"] = report.digest;
  json["events"] = report.events;
  json["length_ns"] = report.length.count();
  if (report.files) json["files"] = *report.files;
  // A server's error text may hold bytes that are no UTF-8; the report must come out all the same.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace shardlab::scenarios
