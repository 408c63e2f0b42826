#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/checks/message_reader.h"
#include "scenarios/checks/observation.h"

namespace shardlab::scenarios {

/// What finds a message: page and time.
using MessageKey = std::pair<std::uint64_t, std::uint64_t>;
/// Texts of messages.
using MessageMap = std::map<MessageKey, std::string>;

/// A stream of filtered replication as its server stores it.
struct StoredStream {
  StoredStream() = default;
  std::string keyspace;  ///< where it reads
  std::string shard;
  std::uint64_t position = 0;  ///< sequence number of the last transaction it has applied
  bool stands = false;         ///< it was stopped, or never started
};

/// What one transaction of a shard did to its messages and streams.
struct LoggedChange {
  LoggedChange() = default;
  std::uint64_t sequence = 0;
  std::vector<std::pair<MessageKey, std::optional<std::string>>> messages;     ///< none: deleted
  std::vector<std::pair<std::uint64_t, std::optional<StoredStream>>> streams;  ///< by id, likewise
};

/// All changes of one shard as its servers log them, from a moment on. `world` must outlive it.
class ShardHistory {
 public:
  /// Begins with what the server has, `gtid` being its last transaction.
  ShardHistory(const Observation& world, const std::string& alias, std::string keyspace,
               std::string gtid);

  /// Takes up what the log of that server has beyond what is known. False when its log does not
  /// continue this history.
  bool read_on(const std::string& alias);

  /// In the order of their sequence numbers.
  const std::vector<LoggedChange>& changes() const { return changes_; }
  /// Of the newest transaction that was read, whatever it changed.
  std::uint64_t newest() const { return newest_; }
  /// The transaction that it begins with.
  std::uint64_t oldest() const { return oldest_; }
  /// The messages after that.
  const MessageMap& oldest_messages() const { return oldest_messages_; }

 private:
  void add(const std::string& alias, const BinlogTransaction& transaction);
  void add_message(const std::string& alias, const RowChange& change, LoggedChange& to);
  void add_stream(const std::string& alias, const RowChange& change, LoggedChange& to);

  const Observation& world_;
  std::string keyspace_;
  std::string gtid_;  ///< of the newest
  std::uint64_t newest_;
  std::uint64_t oldest_;
  MessageMap oldest_messages_;
  std::vector<LoggedChange> changes_;

  struct StreamColumns {
    std::size_t id, source, position, state;
  };
  std::optional<MessageReader> messages_;  ///< knows the columns, from the first message on
  std::optional<StreamColumns> streams_;   ///< likewise
};

}  // namespace shardlab::scenarios
