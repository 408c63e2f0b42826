#include "tools/help_command.h"

#include <cstdio>
#include <fmt/format.h>

#include "scenarios/faults/event_names.h"
#include "scenarios/faults/kinds.h"
#include "scenarios/situations/catalogue.h"
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

std::string situation_page() {
  std::string text =
      "Situations, for [[property]] with kind = \"sometimes\" in a scenario file; the name of a "
      "theme\nstands for all of its situations (docs/SCENARIOS.md)\n";
  for (const auto& theme : scenarios::situations::themes()) {
    text += fmt::format("\n{}: {}\n", theme.name, theme.about);
    for (const auto& situation : theme.situations) {
      text += fmt::format("  {:<46} {}\n", situation.name, situation.about);
    }
  }
  return text;
}

}  // namespace

HelpCommand::HelpCommand(CLI::App& app)
    : app_(app), command_(app.add_subcommand("help", "Pages about: faults, events, situations")) {
  command_->add_option("TOPIC", topic_,
                       "faults, events or situations; without one, this program's help");
}

int HelpCommand::execute() const {
  if (topic_ == "faults") {
    std::fputs(fault_page().c_str(), stdout);
  } else if (topic_ == "events") {
    std::fputs(event_page().c_str(), stdout);
  } else if (topic_ == "situations") {
    std::fputs(situation_page().c_str(), stdout);
  } else if (topic_.empty()) {
    std::fputs(app_.help().c_str(), stdout);
  } else {
    std::fprintf(stderr, "shardlab: no page about \"%s\"; there are: faults, events, situations\n",
                 topic_.c_str());
    return exit_usage;
  }
  return exit_held;
}

}  // namespace shardlab::tools
