#include "fakes/mysql/lock_table.h"

#include <algorithm>
#include <cstring>

namespace shardlab::fakes::mysql {
namespace {

/// Every cell tells its own length, so that only whole cells can be a prefix.
void append_cell(std::string& out, const Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    out += 'i';
    out.append(reinterpret_cast<const char*>(whole), sizeof *whole);
  } else if (const auto* bytes = std::get_if<std::string>(&cell)) {
    out += 's';
    const auto length = static_cast<std::uint32_t>(bytes->size());
    out.append(reinterpret_cast<const char*>(&length), sizeof length);
    out += *bytes;
  } else if (const auto* real = std::get_if<double>(&cell)) {
    out += 'r';
    out.append(reinterpret_cast<const char*>(real), sizeof *real);
  } else {
    out += 'n';
  }
}

/// Texts that are equal for their collation are one key.
void append_key_cell(std::string& out, const ColumnType& type, const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  if (text && is_text(type)) {
    append_cell(out, folded(type.collation, *text));
  } else {
    append_cell(out, cell);
  }
}

std::size_t common_length(std::string_view left, std::string_view right) {
  const std::size_t shorter = std::min(left.size(), right.size());
  return static_cast<std::size_t>(std::mismatch(left.begin(),
                                                left.begin() + static_cast<std::ptrdiff_t>(shorter),
                                                right.begin())
                                      .first -
                                  left.begin());
}

}  // namespace

std::optional<SessionId> LockTable::blocker(const std::string& key, SessionId session) const {
  std::string_view candidate = key;
  while (true) {  // ends: the candidate gets shorter each time
    auto entry = locks_.upper_bound(candidate);
    if (entry == locks_.begin()) break;
    --entry;
    const std::size_t common = common_length(entry->first, key);
    if (common == entry->first.size()) {
      if (entry->second != session) return entry->second;
      return std::nullopt;  // covered by an own lock, so nobody else is below it
    }
    candidate = std::string_view(key).substr(0, common);
  }
  for (auto entry = locks_.lower_bound(key); entry != locks_.end() && entry->first.starts_with(key);
       ++entry) {
    if (entry->second != session) return entry->second;
  }
  return std::nullopt;
}

void LockTable::take(const std::string& key, SessionId session) {
  if (locks_.emplace(key, session).second) by_session_[session].push_back(key);
}

bool LockTable::release_all(SessionId session) {
  const auto found = by_session_.find(session);
  if (found == by_session_.end()) return false;
  for (const std::string& key : found->second) locks_.erase(key);
  by_session_.erase(found);
  return true;
}

bool LockTable::others_hold_any(SessionId session) const {
  return by_session_.size() > (by_session_.contains(session) ? 1U : 0U);
}

std::size_t LockTable::held_by(SessionId session) const {
  const auto found = by_session_.find(session);
  return found == by_session_.end() ? 0 : found->second.size();
}

std::string table_lock(const TableDef& table) { return table.stored_name() + '\0'; }

std::string primary_lock(const TableDef& table, const Cells& leading) {
  std::string key = table_lock(table);
  if (leading.empty() || table.primary_key.empty()) return key;
  key += 'P';
  for (const Cell& cell : leading) append_cell(key, cell);
  return key;
}

std::string row_lock(const Table& table, const Cells& row) {
  std::string key = table_lock(table);
  if (table.primary_key.empty()) return key;
  key += 'P';
  for (const std::size_t column : table.primary_key) {
    append_key_cell(key, table.columns[column].type, row[column]);
  }
  return key;
}

std::vector<std::string> unique_locks(const TableDef& table, const Cells& row) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    if (!table.indexes[i].unique) continue;
    std::string key = table_lock(table) + 'U' + static_cast<char>(i);
    bool has_null = false;
    for (const std::size_t column : table.indexes[i].columns) {
      has_null = has_null || is_null(row[column]);
      append_key_cell(key, table.columns[column].type, row[column]);
    }
    if (!has_null) keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace shardlab::fakes::mysql
