#include "tests/tidy/rules.h"

#include <algorithm>
#include <stdexcept>

namespace shardlab::tidy {
namespace {

constexpr std::string_view simulated = "core sim fakes scenarios";
constexpr std::string_view product = "core sim fakes scenarios tools";
constexpr std::string_view everywhere = "core sim fakes scenarios tools tests";

const Rule& rule_named(std::string_view name) {
  const auto found = std::ranges::find(rules(), name, &Rule::name);
  if (found == rules().end()) throw std::invalid_argument("no rule " + std::string(name));
  return *found;
}

bool excused(const Source& source, std::string_view rule, const Finding& finding) {
  bool found = false;
  for (const Allowance& allowance : source.allowances) {
    const bool near = allowance.line == finding.line || allowance.line + 1 == finding.line;
    if (allowance.rule != rule || !near || allowance.reason.empty()) continue;
    allowance.used = true;
    found = true;
  }
  return found;
}

}  // namespace

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{
      {"await-first", everywhere, await_stands_first},
      {"await-by-value", product, awaited_functions_take_values},
      {"lambda-coroutine", product, lambda_coroutines_capture_nothing},
      {"detached", product, nothing_is_detached},
      {"catch-all", "core fakes", cancellation_passes},
      {"await-in-catch", everywhere, no_await_in_catch},
      {"moved-argument", everywhere, moved_arguments_stand_alone},
      {"banned-name", simulated, no_banned_names},
      {"banned-header", simulated, no_banned_headers},
      {"hash-order", simulated, no_hash_order},
      {"pointer-order", simulated, no_pointer_order},
      {"arrows", product, arrows_are_kept},
      {"sim-words", "sim", sim_knows_no_database},
      {"size", everywhere, size_is_kept},
      {"listed", everywhere, is_listed_in_cmake},
  };
  return all;
}

Findings findings_of(std::string_view name, const Tree& tree) {
  const Rule& rule = rule_named(name);
  Findings kept;
  for (const auto& [path, source] : tree.sources) {
    if (rule.folders.find(source.folder()) == rule.folders.npos) continue;
    Findings found;
    rule.look(source, tree, found);
    for (Finding& finding : found) {
      if (!excused(source, name, finding)) kept.push_back(std::move(finding));
    }
  }
  return kept;
}

Findings idle_allowances(const Tree& tree) {
  for (const Rule& rule : rules()) findings_of(rule.name, tree);
  Findings idle;
  for (const auto& [path, source] : tree.sources) {
    for (const Allowance& allowance : source.allowances) {
      if (allowance.used) continue;
      const bool known = std::ranges::find(rules(), allowance.rule, &Rule::name) != rules().end();
      idle.push_back({path, allowance.line,
                      !known                     ? "no rule is called " + allowance.rule
                      : allowance.reason.empty() ? "an allowance needs a reason"
                                                 : "nothing here breaks " + allowance.rule});
    }
  }
  return idle;
}

std::string to_text(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.text + "\n";
  }
  return text;
}

}  // namespace shardlab::tidy
