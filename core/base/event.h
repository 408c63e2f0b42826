#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace shardlab {

/// One named part of an event's payload.
struct EventField {
  using Data = std::variant<std::int64_t, std::uint64_t, bool, std::string_view>;
  std::string_view name;
  Data data;
};

/// Takes what happened. An event type is a struct with
/// `static constexpr std::string_view kind = "ServedTypeMigrated";` (subject and past verb) and
/// `fields()` giving an array of EventField in a fixed order.
class EventSink {
 public:
  virtual void record(std::string_view kind, std::span<const EventField> fields) = 0;

  template <class E>
  void emit(const E& event) {
    const auto fields = event.fields();
    record(E::kind, fields);
  }

 protected:
  ~EventSink() = default;
};

}  // namespace shardlab
