#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shardlab::fakes::mysql {

/// A MariaDB transaction id, `"0-100-2031"`: domain 0, server 100, the 2031st of the domain.
struct Gtid {
  std::uint32_t domain = 0;
  std::uint32_t server = 0;
  std::uint64_t sequence = 0;
  friend bool operator==(const Gtid&, const Gtid&) = default;
};

std::string to_string(const Gtid& gtid);

/// A place in the history of domain 0, the only one these servers use; none is "before everything".
using Position = std::optional<Gtid>;

/// `""` for none.
std::string to_string(const Position& position);

/// Throws Error: sql 1941 for a text that is no GTID, 1235 for other domains than 0.
Position parse_position(std::string_view text);

/// The sequence number, 0 for none.
std::uint64_t sequence_of(const Position& position);

}  // namespace shardlab::fakes::mysql
