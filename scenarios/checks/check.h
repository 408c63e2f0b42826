#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/checks/observation.h"
#include "sim/trace.h"

namespace shardlab::scenarios {

/// A moment at which something was true that never may be.
struct Violation {
  TimePoint at;
  std::uint64_t event = 0;           ///< number of the last trace event before it was noticed
  std::string sentence;              ///< `"2 acknowledged writes are not on the shard ..."`
  std::vector<std::string> details;  ///< examples
};

/// One command of the operator, when it has ended.
struct CommandEnd {
  CommandEnd() = default;
  std::string name;                    ///< `"MigrateServedTypes"`
  std::vector<std::string> arguments;  ///< `{"test_keyspace/0", "master"}`
  bool ok = true;
};

/// An independent judge of a run. It sees every event, may look at the world from outside, and
/// shares no code with what it judges.
class Check {
 public:
  /// `world` must outlive the check.
  Check(std::string_view name, const Observation& world) : name_(name), world_(world) {}
  virtual ~Check() = default;
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;

  std::string_view name() const { return name_; }
  const std::vector<Violation>& violations() const { return violations_; }
  /// All, also those that are not kept because there are too many.
  std::uint64_t violation_count() const { return violation_count_; }
  /// What it could not find out, so that without a violation nothing is sure; empty when nothing.
  const std::string& open_question() const { return open_question_; }

  void observe(const sim::TraceEvent& event);
  /// An operation during which writes may be refused: the cutover. To be told before `at_end`.
  virtual void announce_window(std::string_view name, TimePoint from, TimePoint to);
  virtual void command_ended(const CommandEnd& command);
  /// It failed, was done again and failed again, also when nothing was wrong any more.
  virtual void command_given_up(const std::string& command, const std::string& error);
  /// Something has to happen within a bound, and has not: a run that ended now would hide it.
  virtual bool is_waiting() const { return false; }
  /// After the last step.
  virtual void at_end() {}

 protected:
  static constexpr std::size_t max_violations = 20;

  virtual void on_event(const sim::TraceEvent&) {}
  const Observation& world() const { return world_; }
  void violate(std::string sentence, std::vector<std::string> details = {});
  /// Of several questions the first one is told.
  void leave_open(std::string question);

 private:
  std::string_view name_;
  const Observation& world_;
  std::uint64_t last_event_ = 0;
  std::uint64_t violation_count_ = 0;
  std::vector<Violation> violations_;
  std::string open_question_;
};

/// `"is"` for one, `"are"` for several.
inline std::string_view is_or_are(std::size_t count) { return count == 1 ? "is" : "are"; }

/// Collects examples of one kind of finding: counts all, keeps the first few.
struct Findings {
  std::size_t count = 0;
  std::vector<std::string> examples;
  template <class MakeText>
  void add(MakeText make_text) {
    if (++count <= 5) examples.push_back(make_text());
  }
};

}  // namespace shardlab::scenarios
