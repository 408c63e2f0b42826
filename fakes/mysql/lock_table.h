#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/mysql/store.h"

namespace shardlab::fakes::mysql {

/// Exclusive locks on key prefixes: a full key is one row, the leading columns a range, the empty
/// key a whole table. Two locks conflict when one is a prefix of the other.
class LockTable {
 public:
  /// The owner of a lock in the way of `session`, if any.
  std::optional<SessionId> blocker(const std::string& key, SessionId session) const;
  /// Takes the lock; there must be no blocker.
  void take(const std::string& key, SessionId session);
  /// True when the session held any.
  bool release_all(SessionId session);
  bool others_hold_any(SessionId session) const;
  std::size_t held_by(SessionId session) const;

 private:
  std::map<std::string, SessionId, std::less<>> locks_;
  std::map<SessionId, std::vector<std::string>> by_session_;
};

/// The key of a whole table.
std::string table_lock(const TableDef& table);
/// The key of the rows with these leading primary key cells.
std::string primary_lock(const TableDef& table, const Cells& leading);
/// The key of a row in the primary index.
std::string row_lock(const Table& table, const Cells& row);
/// The keys of a row in the unique indexes; an entry with a NULL in it collides with nothing.
std::vector<std::string> unique_locks(const TableDef& table, const Cells& row);

}  // namespace shardlab::fakes::mysql
