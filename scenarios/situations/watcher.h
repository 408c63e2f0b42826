#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/situations/catalogue.h"

namespace shardlab::scenarios::situations {

/// Sees which of some situations one run comes across. An event is shown only to those that wait
/// for one of its kind, and to none that has been reached.
class Watcher {
 public:
  /// `world` must outlive it.
  explicit Watcher(const Observation& world) : story_(world) {}

  /// Also waits for that one; throws BugError for an unknown name.
  void watch(std::string_view name);
  /// The situation must outlive this.
  void watch(const Situation& situation);

  void observe(const sim::TraceEvent& event);
  /// After the last step.
  void at_end();
  bool has_reached(std::string_view name) const;

 private:
  struct Watched {
    const Situation* situation;
    std::size_t stage = 0;

    bool is_reached() const { return stage == situation->pattern.stages().size(); }
    const Pattern::Stage& awaited() const { return situation->pattern.stages()[stage]; }
  };
  using Index = std::size_t;

  void wait(Index index);
  void show(const Moment& moment);
  void show(Index index, const Moment& moment);

  Story story_;
  std::vector<Watched> watched_;
  std::array<std::vector<Index>, event_kinds> waiting_;  ///< by kind of event
  std::vector<Index> shown_;                             ///< kept for its memory
};

}  // namespace shardlab::scenarios::situations
