#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/query_result.h"
#include "core/base/time.h"
#include "core/ports/mysql.h"
#include "fakes/guestbook/ledger.h"

namespace shardlab::scenarios {

/// One message of the Guestbook as it lies in a table.
struct MessageRow {
  MessageRow() = default;
  MessageRow(std::uint64_t page, std::uint64_t time_created_ns, std::string text)
      : page(page), time_created_ns(time_created_ns), text(std::move(text)) {}
  std::uint64_t page = 0;
  std::uint64_t time_created_ns = 0;
  std::string text;
  friend auto operator<=>(const MessageRow&, const MessageRow&) = default;
};

/// `page 5 time 1700000000000000000 "hello"`.
std::string describe(const MessageRow& row);

/// Messages in order of page, time and text, shared by all who look; null when there are none to
/// see.
using Messages = std::shared_ptr<const std::vector<MessageRow>>;

/// What may be seen of a world from outside, without any process noticing: what is stored now.
class Observation {
 public:
  virtual ~Observation() = default;

  virtual TimePoint now() const = 0;
  virtual std::vector<std::string> cells() const = 0;
  /// Changes whenever something that can be seen here may have changed, so that what was worked out
  /// need not be worked out again before; none when that is not known.
  virtual std::optional<std::uint64_t> moment() const { return std::nullopt; }

  /// A record of the topology of a cell, or of the global one for `""`; none when it is missing:
  /// `record("test", "keyspaces/test_keyspace/SrvKeyspace")`.
  virtual std::optional<std::string> record(const std::string& cell,
                                            const std::string& path) const = 0;
  /// The paths of all records that begin with `prefix`, sorted.
  virtual std::vector<std::string> paths(const std::string& cell,
                                         const std::string& prefix) const = 0;

  /// Runs a SELECT on what the server of a tablet has committed, also when it is down. None when
  /// there is no such server or it answers with an error.
  virtual std::optional<QueryResult> query(const std::string& alias,
                                           const std::string& sql) const = 0;
  /// The Guestbook's messages on a server; null when it cannot be read.
  virtual Messages messages(const std::string& alias, const std::string& keyspace) const;
  /// What the server of a tablet has in its binary log after a transaction of it (`"0-100-2031"`),
  /// oldest first, also when it is down; none when that log does not know the transaction.
  virtual std::optional<std::vector<BinlogTransaction>> log_after(
      const std::string& alias, const std::string& gtid) const = 0;
  /// Does the process (`"vttablet"`, `"mysqld"`) of that host run.
  virtual bool is_running(const std::string& host, const std::string& process) const = 0;

  /// The host whose etcd leads those of a cell, or of the global one for `""`; none while there is
  /// no leader, or that is not known.
  virtual std::optional<std::string> etcd_leader(const std::string& cell) const;

  /// What the Guestbook's clients did.
  virtual const fakes::guestbook::Ledger& ledger() const = 0;
  /// The Guestbook's table and the messages in it before the first command.
  virtual std::string table() const = 0;
  virtual const std::vector<MessageRow>& initial_rows() const = 0;
};

}  // namespace shardlab::scenarios
