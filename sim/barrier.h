#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/coroutine.h"
#include "sim/trace.h"

namespace shardlab::sim {

class Process;
class World;

/// A point in the stream of events, and what happens when the run gets there.
///
///     Barrier& frozen = world.barriers().at("Frozen").where("item", "a").nth(2).hold();
///     world.scheduler().run_until([&] { return frozen.is_reached(); });
///     ...                                  // the process stands; the world goes on without it
///     frozen.release();
///
/// A process records an event in the middle of a step, and that step goes on to its next await:
/// code cannot be stopped there. Exact the barrier is all the same, as seen from outside the
/// process: nothing that the rest of the step sends gets out before the barrier lets it (never,
/// after `crash`), and a crashed process records nothing more. What the step does to memory of its
/// own process nobody else can see. What it writes to disks of its host is written in case of
/// `hold` and `act`, and not after a `crash`; disks that are none of its host's must be told
/// (Process::when_doomed).
///
/// A barrier works once: the events after the one it waits for pass. Several at one event work in
/// the order they were set.
class Barrier {
 public:
  using Predicate = std::function<bool(const TraceEvent&)>;

  Barrier(World& world, std::string kind);
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

  // Which events count: those of the kind for which all of this holds.

  Barrier& on_host(std::string name);
  Barrier& in_process(std::string name);
  /// The field reads so: `"a"`, `"7"`, `"true"`.
  Barrier& where(std::string field, std::string value);
  Barrier& where(Predicate holds);
  /// The n-th of them, counted from 1 and from the moment in which `hold`, `act` or `crash` is
  /// said.
  Barrier& nth(std::uint64_t n);

  // What happens; the last of these words arms the barrier.

  /// The process that recorded the event is held until `release`.
  Barrier& hold();
  /// `action` runs as an event of the world directly after the step, before the rest of that step
  /// has had an effect on anybody else. Also for events of the world itself.
  Barrier& act(std::function<void()> action);
  /// The process that recorded the event crashes there.
  Barrier& crash();
  /// The host of the process that recorded the event loses its power there.
  Barrier& lose_power();

  bool is_reached() const { return reached_.is_set(); }
  /// How many events counted so far; stays at n once reached.
  std::uint64_t seen() const { return seen_; }
  /// Waits until it is reached. Throws Error: cancelled.
  Task<> wait() { return reached_.wait(); }
  /// Lets the held process go on; nothing when it has ended meanwhile. Before the barrier is
  /// reached: it never will be.
  void release();

 private:
  friend class Barriers;
  enum class Effect { none, hold, act, crash, lose_power };

  Barrier& arm(Effect effect);
  bool matches(const TraceEvent& event) const;
  void take(const TraceEvent& event);
  void reach(Process* process);

  World& world_;
  std::string kind_;
  std::vector<Predicate> conditions_;
  std::uint64_t nth_ = 1;
  Effect effect_ = Effect::none;
  std::function<void()> action_;
  std::uint64_t seen_ = 0;
  Event reached_;
  Process* process_ = nullptr;  ///< the one it holds
  std::uint32_t incarnation_ = 0;
};

/// All barriers of a world. They live as long as it.
class Barriers {
 public:
  explicit Barriers(World& world) : world_(world) {}

  /// A new barrier at events of that kind; it needs one of `hold`, `act`, `crash`, `lose_power`.
  Barrier& at(std::string kind);

  /// Not an event of the trace, but one a barrier can wait for: a process is about to send a
  /// message. What it has written to its disks by then is written; the message leaves when the
  /// barrier lets it. No fields.
  static constexpr std::string_view about_to_send = "AboutToSend";
  /// Sees every one of these, too.
  void observe_sends(Trace::Observer observer) { send_observers_.push_back(std::move(observer)); }
  /// For the network.
  void sending(const Process& sender);

 private:
  void take(const TraceEvent& event);

  World& world_;
  std::vector<Trace::Observer> send_observers_;
  std::size_t waiting_for_sends_ = 0;  ///< barriers that were set at sends
  std::vector<std::unique_ptr<Barrier>> barriers_;
};

}  // namespace shardlab::sim
