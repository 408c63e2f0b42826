#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace shardlab::binlog {

/// The UUID of a MySQL server, as bytes: their order is that of its text.
using ServerUuid = std::array<std::uint8_t, 16>;

/// `"00010203-0405-0607-0809-0a0b0c0d0e0f"`.
std::string to_string(const ServerUuid& uuid);

/// One transaction of a MySQL server: `"00010203-0405-0607-0809-0a0b0c0d0e0f:12"`.
struct Mysql56Gtid {
  ServerUuid server{};
  std::int64_t sequence = 0;
  friend bool operator==(const Mysql56Gtid&, const Mysql56Gtid&) = default;
};

std::string to_string(const Mysql56Gtid& gtid);
/// Errors: invalid_argument `invalid MySQL 5.6 GTID ...`.
Result<Mysql56Gtid> parse_mysql56_gtid(std::string_view text);

/// Which transactions a server has executed, of each server some intervals:
/// `"00010203-0405-0607-0809-0a0b0c0d0e0f:1-5:10-20"`, servers joined by commas.
///
/// Intervals are sorted, and stay apart as they were written: `1-5:6-10` is not equal to `1-10` and
/// does not contain `4-7`. What adds a transaction or a set merges neighbours.
/// Source: Vitess go/mysql/mysql56_gtid_set.go.
class Mysql56GtidSet {
 public:
  /// From `start` to `end`, both included.
  struct Interval {
    std::int64_t start = 0;
    std::int64_t end = 0;
    friend bool operator==(const Interval&, const Interval&) = default;
  };
  using Intervals = std::vector<Interval>;

  bool empty() const { return by_server_.empty(); }
  const std::map<ServerUuid, Intervals>& by_server() const { return by_server_; }
  /// In place of what the server had; sorts them, and leaves out those that end before they start.
  void replace(const ServerUuid& server, Intervals intervals);

  void add(const Mysql56Gtid& gtid);
  void unite(const Mysql56GtidSet& other);
  /// What the other set lacks.
  Mysql56GtidSet without(const Mysql56GtidSet& other) const;

  bool contains(const Mysql56Gtid& gtid) const;
  /// Is each interval of the other set within one of this.
  bool contains(const Mysql56GtidSet& other) const;
  /// The last transaction of the last server. Precondition: not empty.
  Mysql56Gtid last() const;

  friend bool operator==(const Mysql56GtidSet&, const Mysql56GtidSet&) = default;

 private:
  std::map<ServerUuid, Intervals> by_server_;
};

/// `"00010203-0405-0607-0809-0a0b0c0d0e0f:1-5:10"`, empty for the empty set.
std::string to_string(const Mysql56GtidSet& set);
/// The form of COM_BINLOG_DUMP_GTID: counts and bounds as 64-bit little-endian numbers, the end of
/// an interval not included.
std::string sid_block(const Mysql56GtidSet& set);
/// A later entry of a server replaces the earlier one; spaces around entries and empty entries do
/// not count. Errors: invalid_argument `invalid MySQL 5.6 GTID set ...`.
Result<Mysql56GtidSet> parse_mysql56_gtid_set(std::string_view text);

}  // namespace shardlab::binlog
