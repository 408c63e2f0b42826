#include "scenarios/file/read_steps.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

#include "scenarios/file/fill.h"
#include "scenarios/situations/catalogue.h"
#include "scenarios/text/suggest.h"

namespace shardlab::scenarios {

namespace {

/// A condition; what it wants to know of earlier steps must be about steps that are earlier, or
/// this one.
Expr read_condition(const Node& node, const Scenario& scenario, const std::string& own_id) {
  Expr expr = parsed(node, parse_expression);
  for (const Remembered& remembered : remembered_by(expr)) {
    if (remembered.step == own_id || scenario.find_step(remembered.step)) continue;
    std::vector<std::string_view> ids;
    for (const Step& step : scenario.steps) ids.push_back(step.id);
    const auto quoted = fmt::format("'{}'", remembered.step);
    fail_inside(node,
                TextError(node.text.find(quoted), quoted.size(),
                          fmt::format("no step \"{}\" before this condition", remembered.step),
                          did_you_mean(remembered.step, "steps", ids)));
  }
  return expr;
}

void read_expectation(const Node& node, const Scenario& scenario, Step& step) {
  const Section section(node, "\"expect\"",
                        {"that", "eventually", "within", "output", "max_write_gap"});
  Expectation& expect = step.expect;
  const Node* that = section.find("that");
  const Node* eventually = section.find("eventually");
  const Node* within = section.find("within");
  if (that) expect.that = read_condition(*that, scenario, step.id);
  if (eventually) expect.eventually = read_condition(*eventually, scenario, step.id);
  if (within) expect.within = duration_of(*within);
  if (eventually && !within) {
    fail_at(eventually->place, "\"eventually\" needs a time", "add: within = \"10s\"");
  }
  if (within && !that && !eventually) {
    fail_at(within->place, "\"within\" has nothing to wait for", "add \"that\" or \"eventually\"");
  }
  if (const Node* output = section.find("output")) expect.output = texts_of(*output);
  if (const Node* gap = section.find("max_write_gap")) expect.max_write_gap = duration_of(*gap);
}

std::vector<Post> read_posts(const Node& node) {
  std::vector<Post> posts;
  for (const Node& item : list_of(node)) {
    const Section section(item, "\"post\"", {"page", "message"});
    Post post;
    const auto most = std::numeric_limits<std::int64_t>::max();
    post.page = static_cast<std::uint64_t>(integer_of(section.need("page"), 0, most));
    post.message = text_of(section.need("message"));
    posts.push_back(std::move(post));
  }
  return posts;
}

void read_id(const Section& section, const Scenario& scenario, Step& step) {
  const Node& id = section.need("id");
  step.id = text_of(id);
  if (step.id == "start" || step.id == "end") {
    fail_at(id.place, fmt::format("a step cannot be called \"{}\"", step.id),
            "\"start\" and \"end\" stand for the ends of the run");
  }
  if (scenario.find_step(step.id)) {
    fail_at(id.place, fmt::format("the step id \"{}\" is given twice", step.id));
  }
}

Step read_step(const Node& node, const Scenario& scenario, const VirtualFiles& files) {
  const Section section(node, "[[step]]",
                        {"id", "say", "run", "expect", "post", "retry", "done_when"});
  Step step;
  read_id(section, scenario, step);
  section.read("say", step.say);
  const Node& run = section.need("run");
  step.commands = parsed(run, [&](std::string_view text) { return parse_commands(text, files); });
  if (step.commands.empty()) fail_at(run.place, "there is no command in \"run\"");
  if (const Node* expect = section.find("expect")) read_expectation(*expect, scenario, step);
  if (const Node* post = section.find("post")) step.post = read_posts(*post);
  if (const Node* retry = section.find("retry")) step.retry = read_retry(*retry);
  if (const Node* done = section.find("done_when")) {
    step.done_when = read_condition(*done, scenario, step.id);
  }
  return step;
}

bool is_check(const std::string& name) {
  return std::ranges::find(known_checks(), name) != known_checks().end();
}

void check_name(const Node& use) {
  const std::string& name = text_of(use);
  const bool is_theme = situations::find_theme(name);
  if (is_theme || situations::find_situation(name)) {
    fail_at(use.place,
            fmt::format("\"{}\" is a {}", name, is_theme ? "theme of situations" : "situation"),
            "a situation is of kind \"sometimes\"");
  }
  choice_of(use, "check", "checks", known_checks());
}

/// The situations that a text stands for: itself, or those of a theme.
std::vector<std::string> situations_of(const Node& use) {
  const std::string& name = text_of(use);
  if (const situations::Theme* theme = situations::find_theme(name)) {
    std::vector<std::string> names;
    for (const situations::Situation& one : theme->situations) names.push_back(one.name);
    return names;
  }
  if (situations::find_situation(name)) return {name};
  if (is_check(name)) {
    fail_at(use.place, fmt::format("\"{}\" is a check", name),
            "a check is of kind \"always\" or \"eventually\"");
  }
  std::vector<std::string_view> known;
  for (const situations::Theme& theme : situations::themes()) {
    known.push_back(theme.name);
    for (const situations::Situation& one : theme.situations) known.push_back(one.name);
  }
  const auto near = closest(name, known);
  fail_at(use.place, fmt::format("unknown situation \"{}\"", name),
          (near ? fmt::format("did you mean \"{}\"?   ", *near) : "") +
              "shardlab help situations lists them");
}

void add_property(Property property, Scenario& scenario) {
  const bool is_known = std::ranges::any_of(scenario.properties, [&](const Property& other) {
    return other.kind == Property::Kind::sometimes && other.name == property.name;
  });
  if (!is_known) scenario.properties.push_back(std::move(property));
}

void read_property(const Node& node, Scenario& scenario) {
  constexpr std::array<std::string_view, 3> kinds{"always", "eventually", "sometimes"};
  const Section section(node, "[[property]]", {"use", "kind", "within"});
  Property property;
  if (const Node* kind = section.find("kind")) {
    property.kind = static_cast<Property::Kind>(choice_of(*kind, "property kind", "kinds", kinds));
  }
  const bool eventually = property.kind == Property::Kind::eventually;
  const Node* within = section.find("within");
  if (within) property.within = duration_of(*within);
  if (within && !eventually) {
    fail_at(within->place, "\"within\" belongs to kind = \"eventually\"");
  }
  if (!within && eventually) {
    fail_at(section.need("kind").place, "\"eventually\" needs a time", "add: within = \"60s\"");
  }
  for (const Node& use : list_of(section.need("use"))) {
    if (property.kind == Property::Kind::sometimes) {
      for (std::string& name : situations_of(use)) {
        property.name = std::move(name);
        add_property(property, scenario);
      }
    } else {
      check_name(use);
      property.name = use.text;
      scenario.properties.push_back(property);
    }
  }
}

}  // namespace

Retry read_retry(const Node& node) {
  const Section section(node, "\"retry\"", {"times", "every"});
  Retry retry;
  section.read("times", retry.times, 0);
  section.read("every", retry.every);
  return retry;
}

void read_steps(const Section& root, Scenario& scenario) {
  VirtualFiles files;
  for (const auto& [name, file] : scenario.files) files[name] = file.content;
  for (const Node& node : list_of(root.need("step"))) {
    scenario.steps.push_back(read_step(filled(node, scenario), scenario, files));
  }
}

std::vector<Step> read_steps(const StepTexts& texts, const Scenario& cluster) {
  VirtualFiles files;
  for (const auto& [name, file] : cluster.files) files[name] = file.content;
  Scenario scenario = cluster;
  scenario.steps.clear();
  for (const Node& node : texts.steps.items) {
    scenario.steps.push_back(read_step(filled(node, cluster), scenario, files));
    if (scenario.steps.back().id != texts.end) continue;
    scenario.steps.pop_back();
    break;
  }
  return std::move(scenario.steps);
}

void read_properties(const Section& root, Scenario& scenario) {
  const Node* properties = root.find("property");
  if (!properties) return;
  for (const Node& node : list_of(*properties)) read_property(node, scenario);
}

}  // namespace shardlab::scenarios
