#pragma once

#include <memory>
#include <string_view>

#include "scenarios/checks/observation.h"
#include "sim/trace.h"

namespace shardlab::scenarios {

/// Something that must happen in some run of many, or the runs do not try what they should.
class Situation {
 public:
  virtual ~Situation() = default;
  virtual void observe(const sim::TraceEvent&) {}
  /// After the last step.
  virtual void at_end() {}
  bool reached() const { return reached_; }

 protected:
  void reach() { reached_ = true; }

 private:
  bool reached_ = false;
};

/// | name | reached when |
/// |---|---|
/// | `frozen-reached` | a master migration passed its point of no return |
/// | `lag-nonzero-at-cutover` | a target had rows to catch up when the source stopped writes |
/// | `replica-read-stale` | a replica did not show a message that was acknowledged before |
///
/// Null for another name. `world` must outlive it.
std::unique_ptr<Situation> make_situation(std::string_view name, const Observation& world);

}  // namespace shardlab::scenarios
