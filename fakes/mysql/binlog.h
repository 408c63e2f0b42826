#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "fakes/mysql/binlog_codec.h"
#include "fakes/mysql/gtid.h"
#include "fakes/mysql/store.h"

namespace shardlab::fakes::mysql {

/// The binary log of a server and its GTID positions, kept in the same file as its tables.
///
/// Changes happen inside the store's write transaction and count only after `committed`: an
/// abandoned transaction leaves no trace.
class Binlog {
 public:
  Binlog(Store& store, std::uint32_t server_id);
  /// Reads anew what the store holds.
  void reload();

  std::uint32_t server_id() const { return server_id_; }

  /// `@@gtid_binlog_pos`: the last transaction in the log.
  Position binlog_position() const { return durable_.last ? durable_.last : durable_.base; }
  /// `@@gtid_slave_pos`: the last transaction that replication applied.
  Position slave_position() const { return durable_.slave; }
  /// `@@gtid_current_pos`: the own last transaction if it is newer than the last applied one.
  Position current_position() const;
  /// `@@gtid_binlog_state` as it was set: the log holds what comes after it.
  Position base_position() const { return durable_.base; }

  /// Appends an own transaction under the next GTID.
  Gtid append(BinlogDraft draft);
  /// Appends an applied transaction under its GTID, and moves the slave position to it.
  /// Throws Error: sql 1950 when it is not newer than the log's last one.
  void append_applied(BinlogDraft draft);
  /// Moves the slave position alone.
  void set_slave_position(Position position);
  /// Throws Error: sql 1953 unless the log is empty.
  void set_base_position(Position position);
  /// RESET MASTER: an empty log, in a first file.
  void reset();
  /// Drops entries up to and including the position.
  void purge(Position position);

  /// A file of the log: it holds what comes after `base`, up to that of the next file.
  struct LogFile {
    std::uint64_t number = 1;
    std::uint64_t base = 0;    ///< a sequence number
    std::string name() const;  ///< `"bin.000001"`
  };
  /// From the oldest to the one that is written.
  const std::vector<LogFile>& files() const { return files_; }
  /// FLUSH BINARY LOGS: what is appended from now on goes to a new file.
  void rotate();
  /// PURGE BINARY LOGS TO: drops the files before that one. Throws Error: sql 1373.
  void purge_files_before(std::string_view name);

  void committed();
  void abandoned();

  /// Packed entries after the position, oldest first, at most `most`.
  /// Throws Error: sql 1236 when the log does not hold the position.
  std::vector<std::string> encoded_entries_after(const Position& position, std::size_t most);
  /// All of them, when the newest entries in memory tell.
  std::optional<std::vector<std::string>> recent_entries_after(const Position& position) const;

 private:
  struct Positions {
    Position last;
    Position base;
    Position slave;
  };

  void store_entry(const BinlogDraft& draft);
  void store_files(std::vector<LogFile> files);
  void check_holds(const Position& position);
  /// The entry with that sequence number; none when there is none.
  Position position_at(std::uint64_t sequence);
  /// What follows the position, when the newest entries in memory tell.
  std::optional<std::vector<std::string>> from_tail(const Position& position,
                                                    std::size_t most) const;

  struct Entry {
    Gtid gtid;
    std::string bytes;
  };
  Store& store_;
  std::uint32_t server_id_;
  Positions durable_;
  Positions pending_;
  std::vector<LogFile> files_;
  std::optional<std::vector<LogFile>> pending_files_;  ///< by the open write transaction
  std::deque<Entry> tail_;       ///< the newest durable entries, without a gap
  std::vector<Entry> appended_;  ///< by the open write transaction
  bool forgets_tail_ = false;    ///< it drops entries
};

}  // namespace shardlab::fakes::mysql
