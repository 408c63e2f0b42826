#include "scenarios/situations/watcher.h"

#include <algorithm>

#include "core/base/error.h"

namespace shardlab::scenarios::situations {
namespace {

std::vector<EventKind> kinds_of(const Pattern::Stage& stage) {
  std::vector<EventKind> kinds = stage.awaited.kinds;
  if (stage.undone_by) {
    kinds.insert(kinds.end(), stage.undone_by->kinds.begin(), stage.undone_by->kinds.end());
  }
  return kinds;
}

}  // namespace

void Watcher::watch(std::string_view name) {
  const Situation* situation = find_situation(name);
  check(situation, "a situation has no such name");
  watch(*situation);
}

void Watcher::watch(const Situation& situation) {
  watched_.push_back({&situation});
  wait(watched_.size() - 1);
}

void Watcher::wait(Index index) {
  for (std::vector<Index>& list : waiting_) std::erase(list, index);
  if (watched_[index].is_reached()) return;
  for (const EventKind kind : kinds_of(watched_[index].awaited())) {
    std::vector<Index>& list = waiting_[static_cast<std::size_t>(kind)];
    if (std::ranges::find(list, index) == list.end()) list.push_back(index);
  }
}

void Watcher::observe(const sim::TraceEvent& event) {
  const EventKind kind = event_kind(event.kind);
  if (kind == EventKind::other) return;
  show(Moment{event, kind, story_});
  story_.follow(event, kind);
}

void Watcher::at_end() {
  const sim::TraceEvent nothing{};
  show(Moment{nothing, EventKind::run_ended, story_});
}

void Watcher::show(const Moment& moment) {
  // Who gets further waits for other events, which changes the lists.
  shown_ = waiting_[static_cast<std::size_t>(moment.kind)];
  for (const Index index : shown_) show(index, moment);
}

void Watcher::show(Index index, const Moment& moment) {
  Watched& watched = watched_[index];
  const Pattern::Stage& stage = watched.awaited();
  if (stage.awaited.is(moment)) {
    ++watched.stage;
  } else if (stage.undone_by && stage.undone_by->is(moment)) {
    watched.stage = 0;
  } else {
    return;
  }
  wait(index);
}

bool Watcher::has_reached(std::string_view name) const {
  return std::ranges::any_of(watched_, [&](const Watched& watched) {
    return watched.situation->name == name && watched.is_reached();
  });
}

}  // namespace shardlab::scenarios::situations
