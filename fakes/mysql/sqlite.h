#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "fakes/mysql/cell.h"

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_value;

namespace shardlab::fakes::mysql {

/// A statement in a connection's cache.
struct CachedStatement {
  sqlite3_stmt* handle = nullptr;
  bool in_use = false;
};

/// A cell of the row on which a query stands, looked at where it lies. Gone with the row.
class CellRef {
 public:
  explicit CellRef(sqlite3_value* value) : value_(value) {}

  bool is_null() const;
  std::int64_t whole() const;
  double real() const;
  std::string_view bytes() const;
  Cell copy() const;

 private:
  sqlite3_value* value_;
};

/// A prepared statement while it runs; goes back to the connection's cache at its end. The cells
/// bound to it must outlive it.
class Query {
 public:
  explicit Query(CachedStatement& cached) : cached_(&cached), statement_(cached.handle) {
    cached.in_use = true;
  }
  Query(Query&& other) noexcept
      : cached_(std::exchange(other.cached_, nullptr)), statement_(other.statement_) {}
  Query& operator=(Query&&) = delete;
  ~Query();

  /// Binds from the parameter numbered `first` (from 1) on.
  void bind(std::span<const Cell> cells, int first = 1);
  /// Goes to the next row; false at the end. Throws Error: `disk_full`, `disk_error`,
  /// `disk_damage`; BugError for anything else.
  bool next();
  /// Runs to the end; false when a uniqueness or NOT NULL constraint of SQLite refuses.
  bool run();
  /// Makes it ready to be bound and run again.
  void reset();

  int columns() const;
  CellRef at(int column) const;
  Cell cell(int column) const { return at(column).copy(); }
  std::int64_t whole(int column) const { return at(column).whole(); }
  std::string_view bytes(int column) const { return at(column).bytes(); }

 private:
  CachedStatement* cached_;
  sqlite3_stmt* statement_;
};

/// One connection to a database file on a Vfs, in write-ahead logging mode.
class Connection {
 public:
  Connection(const std::string& vfs, const std::string& file);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// A cached prepared statement, ready to be bound. Not while it is in use already.
  Query prepare(std::string_view sql);
  /// Runs a statement to its end.
  void run(std::string_view sql, std::span<const Cell> cells = {});
  /// Rows changed by the last statement.
  int changes() const;
  bool in_transaction() const;
  /// Forgets prepared statements, as is needed when the schema changes.
  void forget_statements();

 private:
  Connection() = default;

  sqlite3* handle_ = nullptr;
  std::map<std::string, CachedStatement, std::less<>> statements_;
};

/// Adds the aggregate `sum_whole(value, bias)`: an exact sum of whole numbers, as decimal text.
void add_functions(sqlite3* handle);

}  // namespace shardlab::fakes::mysql
