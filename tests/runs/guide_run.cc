#include "tests/runs/guide_run.h"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

#include "scenarios/checks/make_check.h"
#include "scenarios/checks/topology_view.h"
#include "scenarios/file/load.h"
#include "scenarios/run/runner.h"

namespace shardlab::runs {
namespace {

using namespace scenarios;
using fakes::guestbook::Outcome;

constexpr Duration longest_command = 10min;
constexpr Duration poll = 100ms;

std::string text_of(const std::optional<QueryResult>& result) {
  if (!result) return std::string(no_such_table);
  std::string text;
  for (const Row& row : result->rows) {
    for (const Value& value : row) text += (value.is_null() ? "NULL" : value.text()) + " | ";
    text += "\n";
  }
  return text;
}

CommandEnd end_of(const CommandLine& command, const CommandResult& result) {
  CommandEnd end;
  end.ok = result.status == 0;
  end.name = command.script;
  end.arguments = command.arguments;
  if (!end.arguments.empty()) {
    end.name = end.arguments.front();
    end.arguments.erase(end.arguments.begin());
  }
  return end;
}

bool is_cutover(const CommandEnd& command) {
  return command.name == "MigrateServedTypes" && !command.arguments.empty() &&
         command.arguments.back() == "master";
}

}  // namespace

Scenario scenario_of(const std::string& file) {
  return load_scenario(SHARDLAB_SOURCE_DIR "/scenarios/files/" + file);
}

std::string alias(std::uint32_t uid) { return fmt::format("test-{:010}", uid); }

std::vector<std::string> differences(const Content& before, const Content& after) {
  std::vector<std::string> names;
  for (const auto& [name, value] : before) {
    const auto found = after.find(name);
    if (found == after.end()) names.push_back("gone: " + name);
    if (found != after.end() && found->second != value) names.push_back("changed: " + name);
  }
  for (const auto& [name, value] : after) {
    if (!before.contains(name)) names.push_back("new: " + name);
  }
  return names;
}

GuideRun::GuideRun(std::uint64_t seed, Scenario scenario) : cluster_(std::move(scenario), seed) {
  add_control_programs(cluster_);
  watch();
  bring_up(cluster_);
  for (const Load& load : this->scenario().loads) {
    if (load.from.empty()) cluster_.start_load(load);
  }
}

void GuideRun::watch() {
  for (const Property& property : scenario().properties) {
    if (property.kind == Property::Kind::sometimes) continue;
    checks_.push_back(make_check(property.name, cluster_));
  }
  cluster_.world().trace().observe([this](const sim::TraceEvent& event) {
    for (auto& check : checks_) check->observe(event);
  });
}

CommandResult GuideRun::type(const std::string& line) {
  VirtualFiles files;
  for (const auto& [name, file] : scenario().files) files[name] = file.content;
  const std::vector<CommandLine> commands = parse_commands(line, files);
  check(commands.size() == 1, "one line is typed at a time");
  const TimePoint from = cluster_.now();
  Scripts scripts(cluster_);
  scripts.set_limit(from + longest_command);
  const CommandResult result = scripts.run(commands.front());
  const CommandEnd end = end_of(commands.front(), result);
  for (auto& check : checks_) {
    if (is_cutover(end)) {
      check->announce_window("MigrateServedTypes master", from, cluster_.now());
    }
    check->command_ended(end);
  }
  return result;
}

void GuideRun::play(const Step& step) {
  for (const Load& load : scenario().loads) {
    if (load.to == step.id) cluster_.stop_load();
    if (load.from == step.id) cluster_.start_load(load);
  }
  for (const CommandLine& command : step.commands) {
    run_for(scenario().pace);
    const CommandResult result = type(command.typed);
    if (result.status == 0 && !result.timed_out) continue;
    throw std::runtime_error(command.typed + "\n" + result.output);
  }
  for (const Post& message : step.post) post(message.page, message.message);
  run_for(scenario().pace);
}

void GuideRun::play_to(std::string_view step) {
  const std::optional<std::size_t> last = scenario().find_step(step);
  check(last.has_value(), "the scenario has no such step");
  while (next_step_ <= *last) play(scenario().steps[next_step_++]);
}

void GuideRun::play_to_end() { play_to(scenario().steps.back().id); }

void GuideRun::run_for(Duration span) {
  bool over = false;
  in(span, [&over] { over = true; });
  cluster_.world().scheduler().run_until([&over] { return over; });
}

bool GuideRun::run_until(const std::function<bool()>& done, Duration limit) {
  const TimePoint end = cluster_.now() + limit;
  while (!done()) {
    if (cluster_.now() >= end) return false;
    run_for(poll);
  }
  return true;
}

void GuideRun::in(Duration span, std::function<void()> action) {
  cluster_.world().scheduler().at(cluster_.now() + span, std::move(action));
}

Outcome GuideRun::post(std::uint64_t page, const std::string& text) {
  Post message;
  message.page = page;
  message.message = text;
  const std::uint64_t id = cluster_.post(message);
  run_until([&] { return cluster_.ledger().operation(id).outcome != Outcome::pending; }, 1min);
  return cluster_.ledger().operation(id).outcome;
}

Content GuideRun::content() {
  Content content;
  std::vector<std::string> cells = cluster_.cells();
  cells.emplace_back();
  for (const std::string& cell : cells) {
    for (const std::string& path : cluster_.paths(cell, "")) {
      content[(cell.empty() ? "global" : cell) + " " + path] = *cluster_.record(cell, path);
    }
  }
  const std::string table = fmt::format("`vt_{}`.`{}`", cluster_.keyspace(), cluster_.table());
  for (const topodata::Tablet& tablet : tablet_records(cluster_)) {
    const std::string name = alias_of(tablet.alias());
    const auto ask = [&](const std::string& sql) { return text_of(cluster_.query(name, sql)); };
    content[name + " rows"] = ask("SELECT * FROM " + table);
    content[name + " streams"] = ask("SELECT * FROM `_vt`.`vreplication`");
    content[name + " position"] = ask("SELECT @@global.gtid_current_pos");
    content[name + " serves"] = cluster_.is_serving(name) ? "yes" : "no";
  }
  return content;
}

std::vector<std::string> GuideRun::texts_on(const std::string& alias) {
  std::vector<std::string> texts;
  const Messages rows = cluster_.messages(alias, cluster_.keyspace());
  if (!rows) throw std::runtime_error(alias + " has no messages");
  for (const MessageRow& row : *rows) texts.push_back(row.text);
  std::sort(texts.begin(), texts.end());
  return texts;
}

std::vector<std::string> GuideRun::serving(topodata::TabletType type) {
  const auto graph = serving_graph(cluster_, cluster_.cells().front(), cluster_.keyspace());
  return graph ? shards_serving(*graph, type) : std::vector<std::string>();
}

std::vector<std::string> GuideRun::violations() {
  std::vector<std::string> sentences;
  for (auto& check : checks_) {
    check->at_end();
    for (const Violation& violation : check->violations()) {
      std::string text = fmt::format("{}: {}", check->name(), violation.sentence);
      for (const std::string& detail : violation.details) text += "\n  " + detail;
      sentences.push_back(std::move(text));
    }
    if (!check->open_question().empty()) {
      sentences.push_back(fmt::format("{}: {}", check->name(), check->open_question()));
    }
  }
  return sentences;
}

}  // namespace shardlab::runs
