#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace shardlab::binlog {

/// One transaction of a MariaDB server: `0-41983-11` is domain 0, server 41983, sequence 11.
struct MariadbGtid {
  MariadbGtid() = default;
  MariadbGtid(std::uint32_t domain, std::uint32_t server, std::uint64_t sequence)
      : domain(domain), server(server), sequence(sequence) {}

  std::uint32_t domain = 0;
  std::uint32_t server = 0;
  std::uint64_t sequence = 0;
  friend bool operator==(const MariadbGtid&, const MariadbGtid&) = default;
};

/// `"0-41983-11"`.
std::string to_string(const MariadbGtid& gtid);

/// Errors: invalid_argument `invalid MariaDB GTID ...`, naming `Domain ID`, `Server ID` or
/// `Sequence number` where one of them is no number. No spaces are allowed.
Result<MariadbGtid> parse_mariadb_gtid(std::string_view text);

/// How far a server has come in each domain: `"0-41983-11,1-5-3"`, by ascending domain.
/// Source: Vitess go/mysql/mariadb_gtid.go.
class MariadbGtidSet {
 public:
  MariadbGtidSet() = default;
  explicit MariadbGtidSet(const MariadbGtid& gtid) { add(gtid); }

  bool empty() const { return by_domain_.empty(); }
  /// Domain -> last transaction.
  const std::map<std::uint32_t, MariadbGtid>& by_domain() const { return by_domain_; }

  /// Advances its domain when the sequence is higher; the server of the set stays otherwise.
  void add(const MariadbGtid& gtid);
  /// Puts it in place of what the domain had.
  void replace(const MariadbGtid& gtid) { by_domain_[gtid.domain] = gtid; }
  /// Adds every transaction of the other set.
  void unite(const MariadbGtidSet& other);

  /// Is the sequence of that domain at least as high; servers are ignored.
  bool contains(const MariadbGtid& gtid) const;
  /// For every domain of the other set.
  bool contains(const MariadbGtidSet& other) const;

  friend bool operator==(const MariadbGtidSet&, const MariadbGtidSet&) = default;

 private:
  std::map<std::uint32_t, MariadbGtid> by_domain_;
};

/// `"0-41983-11,1-5-3"`, empty for the empty set.
std::string to_string(const MariadbGtidSet& set);

/// A later entry of a domain replaces the earlier one. Errors: as `parse_mariadb_gtid`, and
/// invalid_argument for an empty text.
Result<MariadbGtidSet> parse_mariadb_gtid_set(std::string_view text);

}  // namespace shardlab::binlog
