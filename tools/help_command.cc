#include "tools/help_command.h"

#include <cstdio>
#include <fmt/format.h>

#include "scenarios/faults/event_names.h"
#include "scenarios/faults/kinds.h"
#include "tools/exit_status.h"

namespace shardlab::tools {
namespace {

std::string fault_page() {
  std::string text = "Kinds of faults, for [[fault]] in a scenario file (docs/SCENARIOS.md)\n\n";
  for (const scenarios::FaultKindInfo& kind : scenarios::fault_kinds()) {
    std::string needs;
    if (kind.has_peer()) needs += "; peer";
    if (!kind.amount.empty()) needs += fmt::format("; amount = \"{}\"", kind.amount);
    text += fmt::format("  {:<18} {}{}\n", kind.name, kind.about, needs);
  }
  return text;
}

std::string event_page() {
  std::string text = "Events that a fault can wait for: on = \"...\" (docs/SCENARIOS.md)\n\n";
  for (const scenarios::EventName& event : scenarios::event_names()) {
    text += fmt::format("  {:<32} {}\n", event.name, event.about);
  }
  return text;
}

}  // namespace

HelpCommand::HelpCommand(CLI::App& app)
    : app_(app), command_(app.add_subcommand("help", "Pages about: faults, events")) {
  command_->add_option("TOPIC", topic_, "faults or events; without one, this program's help");
}

int HelpCommand::execute() const {
  if (topic_ == "faults") {
    std::fputs(fault_page().c_str(), stdout);
  } else if (topic_ == "events") {
    std::fputs(event_page().c_str(), stdout);
  } else if (topic_.empty()) {
    std::fputs(app_.help().c_str(), stdout);
  } else {
    std::fprintf(stderr, "shardlab: no page about \"%s\"; there are: faults, events\n",
                 topic_.c_str());
    return exit_usage;
  }
  return exit_held;
}

}  // namespace shardlab::tools
