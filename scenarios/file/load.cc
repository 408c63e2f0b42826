#include "scenarios/file/load.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

#include "scenarios/file/merge.h"
#include "scenarios/file/read_cluster.h"
#include "scenarios/file/read_faults.h"
#include "scenarios/file/read_steps.h"
#include "scenarios/file/read_swarm.h"
#include "scenarios/file/section.h"

namespace shardlab::scenarios {

namespace {

void read_head(const Section& root, Scenario& scenario) {
  const Section head(
      root.need("scenario"), "[scenario]",
      {"name", "title", "limit", "pace", "retry", "start_after", "end_before", "steps"});
  scenario.name = text_of(head.need("name"));
  head.read("title", scenario.title);
  head.read("limit", scenario.limit);
  head.read("pace", scenario.pace);
  const Node* limit = head.find("limit");
  if (limit && scenario.limit <= Duration(0))
    fail_at(limit->place, "\"limit\" must be longer than 0");
}

void read_files(const Section& root, Scenario& scenario) {
  const Node* files = root.find("files");
  if (!files) return;
  std::vector<std::string_view> any;
  for (const Member& member : files->members) any.push_back(member.key);
  const Section section(*files, "[files]", any);
  for (const Member& member : files->members) {
    const auto path = path_beside(member.value.place.file->path, text_of(member.value));
    scenario.files[member.key] = VirtualFile{path, read_file(path, member.value.place)};
  }
}

void read_data(const Section& root, Scenario& scenario) {
  const Node* data = root.find("data");
  if (!data) return;
  const Section section(*data, "[data]", {"rows"});
  const Section given(section.need("rows"), "\"rows\"", {"table", "count", "pages"});
  DataRows rows;
  rows.table = text_of(given.need("table"));
  rows.count = integer_of(given.need("count"), 0, 100'000'000);
  rows.pages = pages_of(given.need("pages"));
  scenario.data = std::move(rows);
}

/// The id of the step `during` names; empty for `end_word`.
std::string step_or(const Node& node, std::string_view end_word, const Scenario& scenario) {
  std::vector<std::string_view> ids{end_word};
  for (const Step& step : scenario.steps) ids.push_back(step.id);
  return choice_of(node, "step", "steps", ids) == 0 ? "" : node.text;
}

/// The step that takes the Guestbook down: no request is possible behind it.
std::string last_possible_step(const Scenario& scenario) {
  for (const Step& step : scenario.steps) {
    for (const CommandLine& command : step.commands) {
      if (command.script == "guestbook-down.sh") return step.id;
    }
  }
  return "";
}

void read_during(const Section& section, const Scenario& scenario, Load& load) {
  load.to = last_possible_step(scenario);
  const Node* given = section.find("during");
  if (!given) return;
  const Section during(*given, "\"during\"", {"from", "to"});
  if (const Node* from = during.find("from")) load.from = step_or(*from, "start", scenario);
  if (const Node* to = during.find("to")) load.to = step_or(*to, "end", scenario);
  if (load.from.empty() || load.to.empty()) return;
  if (scenario.find_step(load.from) < scenario.find_step(load.to)) return;
  fail_at(given->place,
          fmt::format("the load would end before it begins: \"{}\" is not before \"{}\"", load.from,
                      load.to),
          "a load ends when the step named by \"to\" begins");
}

/// A condition of a chosen step may speak of steps that are chosen before it.
void check_remembered(const Node& id, const Expr& expr, const Step& step,
                      const std::vector<Step>& before) {
  for (const Remembered& remembered : remembered_by(expr)) {
    const bool is_known =
        remembered.step == step.id || std::ranges::count(before, remembered.step, &Step::id) > 0;
    if (is_known) continue;
    fail_at(id.place,
            fmt::format("a condition of \"{}\" speaks of \"{}\", which is not played before it",
                        step.id, remembered.step));
  }
}

/// Those that are named, in that order.
std::vector<Step> chosen_steps(const Node& list, const std::vector<Step>& all,
                               const std::vector<std::string_view>& ids) {
  std::vector<Step> chosen;
  for (const Node& id : list_of(list)) {
    const Step& step = all[choice_of(id, "step", "steps", ids)];
    if (std::ranges::count(chosen, step.id, &Step::id) > 0) {
      fail_at(id.place, fmt::format("the step \"{}\" is named twice", step.id),
              "give the second one an id of its own in a [[step]]");
    }
    for (const auto* expr : {&step.expect.that, &step.expect.eventually, &step.done_when}) {
      if (*expr) check_remembered(id, **expr, step, chosen);
    }
    chosen.push_back(step);
  }
  return chosen;
}

/// Which steps are played, and after which one faults may begin.
void read_span(const Section& root, Scenario& scenario) {
  const Node& head = root.need("scenario");
  std::vector<std::string_view> ids;
  for (const Step& step : scenario.steps) ids.push_back(step.id);
  if (const Node* after = head.find("start_after")) {
    scenario.faults_after = step_or(*after, "start", scenario);
  }
  const Node* before = head.find("end_before");
  if (const Node* steps = head.find("steps")) {
    std::vector<Step> chosen = chosen_steps(*steps, scenario.steps, ids);
    scenario.steps = std::move(chosen);
  } else if (before) {
    scenario.steps.resize(choice_of(*before, "step", "steps", ids));
  }
  if (const Node* retry = head.find("retry")) scenario.retry = read_retry(*retry);
}

Visit read_visit(const Node& node) {
  constexpr std::array<std::string_view, 3> kinds{"write", "read-replica", "read-master"};
  const Section section(node, "\"visits\"", {"at", "do", "page"});
  Visit visit;
  visit.at = duration_of(section.need("at"));
  visit.kind = static_cast<Visit::Kind>(choice_of(section.need("do"), "visit", "visits", kinds));
  visit.page = page_of(section.need("page"));
  return visit;
}

/// Instead of a rate.
std::vector<Visit> read_visits(const Section& section, const Node& list) {
  for (const std::string_view key : {"rate", "pages", "writes", "reads", "during", "most"}) {
    const Node* other = section.find(key);
    if (other) fail_at(other->place, fmt::format("\"{}\" says nothing beside \"visits\"", key));
  }
  std::vector<Visit> visits;
  for (const Node& item : list_of(list)) visits.push_back(read_visit(item));
  return visits;
}

Load read_load(const Node& node, const Scenario& scenario) {
  constexpr std::array<std::string_view, 1> kinds{"guestbook"};
  constexpr std::array<std::string_view, 2> types{"replica", "master"};
  const Section section(node, "[[load]]",
                        {"kind", "rate", "pages", "writes", "reads", "during", "most", "visits"});
  Load load;
  choice_of(section.need("kind"), "load kind", "kinds", kinds);
  if (const Node* visits = section.find("visits")) {
    load.visits = read_visits(section, *visits);
    return load;
  }
  load.rate = parsed(section.need("rate"), parse_rate);
  load.pages = pages_of(section.need("pages"));
  if (const Node* writes = section.find("writes")) {
    const bool number = writes->kind == Node::Kind::integer || writes->kind == Node::Kind::decimal;
    if (!number)
      fail_at(writes->place, "\"writes\" must be a share from 0 to 1", "for example 0.3");
    try {
      load.write_millionths = parse_millionths(writes->text);
    } catch (const TextError& error) {
      fail_at(writes->place, error.text, error.hint);
    }
  }
  if (const Node* reads = section.find("reads")) {
    const Section how(*reads, "\"reads\"", {"type"});
    const auto choice = choice_of(how.need("type"), "tablet type", "types", types);
    load.reads = choice == 0 ? Load::Reads::replica : Load::Reads::master;
  }
  if (const Node* most = section.find("most")) {
    load.most = static_cast<std::uint64_t>(integer_of(*most, 1, 1'000'000'000));
  }
  read_during(section, scenario, load);
  return load;
}

void read_loads(const Section& root, Scenario& scenario) {
  const Node* loads = root.find("load");
  if (!loads) return;
  for (const Node& node : list_of(*loads)) scenario.loads.push_back(read_load(node, scenario));
}

}  // namespace

Scenario scenario_of(const Node& tree, std::shared_ptr<StepTexts> texts) {
  const Section root(tree, "the file",
                     {"format", "extends", "scenario", "cluster", "network", "keyspace", "template",
                      "files", "data", "load", "step", "fault", "swarm", "property", "case"});
  Scenario scenario;
  read_head(root, scenario);
  read_cluster(root, scenario);
  read_files(root, scenario);
  read_data(root, scenario);
  read_steps(root, scenario);
  read_loads(root, scenario);
  read_faults(root, scenario);
  read_span(root, scenario);
  texts->steps = root.need("step");
  if (const Node* end = root.need("scenario").find("end_before")) texts->end = end->text;
  scenario.step_texts = std::move(texts);
  const Node* swarm = root.find("swarm");
  if (swarm && !root.find("case")) read_swarm(*swarm, scenario);
  read_properties(root, scenario);
  return scenario;
}

Scenario load_scenario(const std::string& path) {
  auto texts = std::make_shared<StepTexts>();
  const Node tree = read_merged(path, texts->files);
  Scenario scenario = scenario_of(tree, std::move(texts));
  scenario.path = path;
  return scenario;
}

namespace {

bool has_section(const std::string& path, std::string_view name) {
  const std::string content = read_file(path, Place{});
  const SourceFile file{path, split_lines(content)};
  return parse_document(file, content).find(name) != nullptr;
}

}  // namespace

bool is_scenario(const std::string& path) {
  return has_section(path, "scenario") && !has_section(path, "case");
}

bool is_case(const std::string& path) { return has_section(path, "case"); }

}  // namespace shardlab::scenarios
