#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/event.h"
#include "core/base/time.h"

namespace shardlab::sim {

class Trace;

/// An event as an observer sees it; valid only during the call.
///
/// Its causal parents are the event `cause` and the previous event of the same process.
struct TraceEvent {
  TimePoint at;
  std::uint64_t number;      ///< counts recorded events from 1
  std::uint64_t cause;       ///< number of the event it follows from; 0 for none
  std::uint64_t step;        ///< scheduler steps until then
  std::string_view host;     ///< `"server-1"`, empty for the world
  std::string_view process;  ///< `"daemon"`
  std::string_view kind;     ///< `"ConnectionOpened"`
  std::span<const EventField> fields;
  const Trace* trace = nullptr;  ///< that it is the latest event of; null for one read from a file

  /// The field's text, empty when there is none of that name.
  std::string_view text(std::string_view name) const;
  /// The field's number (0 when there is none of that name).
  std::int64_t number_of(std::string_view name) const;
  bool flag(std::string_view name) const;
};

/// `t=0:12.400 server-1/daemon ConnectionOpened peer=... number=7`
std::string to_text(const TraceEvent& event, TimePoint start);
/// One JSON object on one line, fields in the event's order.
std::string to_json(const TraceEvent& event, TimePoint start);

/// The one log of a world. Every scheduler step and every event runs into a streaming 128-bit
/// digest (XXH3) over time, sequence, place, kind and payload; causes stay outside.
class Trace {
 public:
  using Observer = std::function<void(const TraceEvent&)>;
  enum class Digest { on, off };

  /// `Digest::off` exists to measure what the digest costs; a world has it on.
  explicit Trace(Digest digest = Digest::on);
  ~Trace();

  void step(TimePoint at, std::uint64_t sequence, std::uint32_t process);
  /// The event follows from the current cause, and is the current cause from now on.
  void record(TimePoint at, std::string_view host, std::string_view process, std::string_view kind,
              std::span<const EventField> fields);
  /// Observers are called in the order they came, for every event.
  void observe(Observer observer) { observers_.push_back(std::move(observer)); }

  /// The recorded event that what happens now follows from; 0 when there is none.
  std::uint64_t current_cause() const { return cause_; }
  void set_current_cause(std::uint64_t event) { cause_ = event; }

  std::uint64_t events() const { return events_; }
  /// 32 hex digits over everything so far; empty with `Digest::off`.
  std::string digest() const;
  /// The low half of it as a number, for those who ask after every event.
  std::uint64_t low_digest() const;

 private:
  struct Hash;
  void append(const void* data, std::size_t size);
  void append(std::string_view text);
  void append(const EventField& field);

  std::unique_ptr<Hash> hash_;  ///< none with `Digest::off`
  std::vector<Observer> observers_;
  std::uint64_t events_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t cause_ = 0;
};

}  // namespace shardlab::sim
