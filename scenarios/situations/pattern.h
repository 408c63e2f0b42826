#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "scenarios/situations/story.h"

namespace shardlab::scenarios::situations {

/// One event, and what had happened before it.
struct Moment {
  const sim::TraceEvent& event;
  EventKind kind;
  const Story& story;

  std::string_view host() const { return event.host; }
  /// Of `GuestbookAnswered`.
  const fakes::guestbook::Operation& operation() const;
};

/// Something that is true of a moment or not.
class Condition {
 public:
  using Function = std::function<bool(const Moment&)>;
  /// Of anything that takes a moment and gives a bool.
  template <class F, class = std::enable_if_t<std::is_invocable_r_v<bool, F, const Moment&>>>
  Condition(F holds) : holds_(std::move(holds)) {}
  bool operator()(const Moment& moment) const { return holds_(moment); }

 private:
  Function holds_;
};

Condition operator&&(Condition a, Condition b);
Condition operator||(Condition a, Condition b);
Condition operator!(Condition a);

/// An event that may come: of one of these kinds, and so. Conditions are asked of no other event.
struct Happening {
  Happening(EventKind kind) : kinds{kind} {}
  Happening(EventKind kind, Condition holds) : kinds{kind}, holds(std::move(holds)) {}
  Happening(std::vector<EventKind> kinds, Condition holds)
      : kinds(std::move(kinds)), holds(std::move(holds)) {}

  bool is(const Moment& moment) const;

  std::vector<EventKind> kinds;
  std::optional<Condition> holds;  ///< none: always
};

Happening operator&&(Happening happening, Condition condition);
inline Happening operator&&(EventKind kind, Condition condition) {
  return Happening(kind, std::move(condition));
}

/// What makes a situation: happenings one after another, other events between them.
class Pattern {
 public:
  struct Stage {
    Happening awaited;
    std::optional<Happening> undone_by;  ///< back to the first stage
  };
  /// One happening.
  Pattern(Happening happening) : stages_{{std::move(happening), {}}} {}
  Pattern(EventKind kind) : Pattern(Happening(kind)) {}
  explicit Pattern(std::vector<Stage> stages) : stages_(std::move(stages)) {}

  const std::vector<Stage>& stages() const { return stages_; }

 private:
  std::vector<Stage> stages_;
};

/// `second` some time after `first`.
Pattern in_order(Happening first, Happening second);
/// `inside` after `begin` and before `end`, which may come many times.
Pattern between(Happening begin, Happening end, Happening inside);

}  // namespace shardlab::scenarios::situations
