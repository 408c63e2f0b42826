#include "scenarios/faults/fault_spec.h"

#include <fmt/format.h>

#include "scenarios/text/units.h"

namespace shardlab::scenarios {
namespace {

std::string trigger_text(const FaultTrigger& trigger) {
  std::string text;
  switch (trigger.on) {
    case FaultTrigger::On::time: text = "at " + format_duration(trigger.at); break;
    case FaultTrigger::On::step:
    case FaultTrigger::On::fault: text = "after " + trigger.id; break;
    case FaultTrigger::On::event: text = fmt::format("on {}", trigger.event->name); break;
  }
  for (const auto& [field, value] : trigger.where) text += fmt::format(" {}={}", field, value);
  if (trigger.nth > 1) text += fmt::format(" #{}", trigger.nth);
  if (trigger.most_delay > Duration(0)) {
    text += " + " + format_duration(trigger.least_delay);
    if (trigger.most_delay != trigger.least_delay) {
      text += ".." + format_duration(trigger.most_delay);
    }
  }
  return text;
}

}  // namespace

std::string to_text(const FaultSpec& spec) {
  std::string text(spec.kind->name);
  if (!spec.step.empty()) text += " " + spec.step;
  if (spec.command) text += " " + spec.command->typed;
  if (!spec.target.argument.empty()) text += " " + spec.target.text();
  if (spec.peer) text += " " + spec.peer->text();
  if (!spec.kind->amount.empty()) text += " " + format_amount(*spec.kind, spec.amount);
  text += " " + trigger_text(spec.trigger);
  if (spec.length) text += " for " + format_duration(*spec.length);
  return text;
}

}  // namespace shardlab::scenarios
