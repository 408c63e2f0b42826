#pragma once

#include "scenarios/checks/observation.h"

namespace shardlab::scenarios {

/// A message that somebody tried to write, or that was there before the first command.
struct KnownMessage {
  KnownMessage() = default;
  std::uint64_t time_created_ns = 0;
  const std::string* text = nullptr;
  const fakes::guestbook::Operation* write = nullptr;  ///< null: it was there before

  bool is_refused() const { return write && write->outcome == fakes::guestbook::Outcome::refused; }
  bool is_acknowledged() const {
    return !write || write->outcome == fakes::guestbook::Outcome::acknowledged;
  }
};

/// What is known of one Guestbook page. Points into the world.
struct PageHistory {
  std::uint64_t page = 0;
  std::vector<KnownMessage> messages;                     ///< in order of time
  std::vector<const fakes::guestbook::Operation*> reads;  ///< those that were answered, by id

  /// The place of a row that a read saw among the messages; none when nobody wrote it like that.
  std::optional<std::size_t> find(const fakes::guestbook::Message& row) const;
};

/// Of each page that somebody used, in order.
std::vector<PageHistory> page_histories(const Observation& world);

bool is_primary_read(const fakes::guestbook::Operation& read);

/// `page 5 time 1700000000000000000 "hello" (operation 4, acknowledged)`.
std::string describe(std::uint64_t page, const KnownMessage& message);

}  // namespace shardlab::scenarios
