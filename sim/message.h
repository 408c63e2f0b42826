#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/time.h"

namespace shardlab::sim {

struct Call;

/// `request` is what a caller sends to a listener, `reply` what comes back.
enum class Direction : std::uint8_t { request, reply };

/// A message on its way, as rules and tests see it.
struct MessageView {
  std::uint64_t number;     ///< counts the messages of a world from 1, in the order of sending
  std::string_view from;    ///< the sending host's name
  std::string_view to;      ///< the receiving host's name, empty for an address nobody has
  std::string_view method;  ///< of the call it belongs to
  Direction direction;
  std::size_t bytes;
};

/// A message on its way.
struct Message {
  enum class Kind : std::uint8_t {
    request,  ///< begins a call
    cancel,   ///< the caller has gone
    credit,   ///< the reader of a stream took a message
    item,     ///< one message of a stream
    end,      ///< the reply, or the end of a stream
  };

  Direction direction() const { return kind < Kind::item ? Direction::request : Direction::reply; }

  Kind kind;
  std::shared_ptr<Call> call;
  std::string body;
  std::optional<Error> error;  ///< of an `end`
  std::uint64_t number = 0;
  TimePoint sent{};
};

}  // namespace shardlab::sim
