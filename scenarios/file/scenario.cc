#include "scenarios/file/scenario.h"

namespace shardlab::scenarios {

std::size_t Scenario::command_count() const {
  std::size_t count = 0;
  for (const Step& step : steps) count += step.commands.size();
  return count;
}

std::optional<std::size_t> Scenario::find_step(std::string_view id) const {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].id == id) return i;
  }
  return std::nullopt;
}

std::string_view to_string(Property::Kind kind) {
  switch (kind) {
    case Property::Kind::always: return "always";
    case Property::Kind::eventually: return "eventually";
    case Property::Kind::sometimes: return "sometimes";
  }
  return "?";
}

const std::vector<std::string_view>& known_checks() {
  static const std::vector<std::string_view> names{"acknowledged-writes-survive",
                                                   "rows-on-their-shard",
                                                   "one-writer-per-range",
                                                   "serving-graph-covers",
                                                   "position-means-content",
                                                   "diff-tells-truth",
                                                   "service-goes-on",
                                                   "history-is-linearizable",
                                                   "reads-are-fresh-enough",
                                                   "one-lock-holder-writes",
                                                   "serving-graph-converges",
                                                   "everything-settles",
                                                   "nothing-left-behind",
                                                   "procedure-is-recoverable"};
  return names;
}

}  // namespace shardlab::scenarios
