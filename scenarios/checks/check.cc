#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

void Check::observe(const sim::TraceEvent& event) {
  last_event_ = event.number;
  on_event(event);
}

void Check::announce_window(std::string_view, TimePoint, TimePoint) {}

void Check::command_ended(const CommandEnd&) {}

void Check::command_given_up(const std::string&, const std::string&) {}

void Check::violate(std::string sentence, std::vector<std::string> details) {
  ++violation_count_;
  if (violations_.size() == max_violations) return;
  Violation violation;
  violation.at = world_.now();
  violation.event = last_event_;
  violation.sentence = std::move(sentence);
  violation.details = std::move(details);
  violations_.push_back(std::move(violation));
}

void Check::leave_open(std::string question) {
  if (open_question_.empty()) open_question_ = std::move(question);
}

}  // namespace shardlab::scenarios
