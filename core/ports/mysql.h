#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/coroutine.h"
#include "core/base/query_result.h"

namespace shardlab {

/// Rows of a streamed SELECT, in its order, all from one snapshot.
class MysqlRows {
 public:
  virtual ~MysqlRows() = default;
  virtual const std::vector<Field>& fields() const = 0;
  /// Some more rows; empty at the end.
  virtual Task<std::vector<Row>> next() = 0;
};

/// One changed row: no `before` is an insert, no `after` a delete. Full images, columns in table
/// order.
struct RowChange {
  RowChange() = default;
  std::string database;
  std::string table;
  std::optional<Row> before;
  std::optional<Row> after;
};

/// One transaction of the binary log. A DDL statement is a transaction of its own.
struct BinlogTransaction {
  BinlogTransaction() = default;
  std::string gtid;               ///< `"0-100-2031"`
  std::int64_t timestamp_ns = 0;  ///< when it was committed on its origin
  std::string ddl;                ///< the statement, empty for row changes
  std::string ddl_database;
  std::vector<RowChange> changes;
};

/// The binary log from a position on, as a replica reads it.
class MysqlBinlog {
 public:
  virtual ~MysqlBinlog() = default;
  /// Waits for the next transaction. Throws Error: sql 1236 (position not in the log), unavailable.
  virtual Task<BinlogTransaction> next() = 0;
};

/// One connection to a MySQL-family server. Statements run one after another. Closing it, or losing
/// it, rolls back an open transaction.
class MysqlConnection {
 public:
  virtual ~MysqlConnection() = default;

  /// Runs one statement. Transactions are `BEGIN`, `COMMIT`, `ROLLBACK`; replication and switches
  /// are statements too (`STOP SLAVE`, `SET GLOBAL read_only = ON`).
  /// Throws Error with `sql_errno()`: 1062 duplicate key, 1205 lock wait, 1213 deadlock,
  /// 1290 read-only (Errc::read_only), 2013 connection lost (Errc::outcome_unknown) ...
  virtual Task<QueryResult> query(std::string sql) = 0;
  /// Runs a SELECT and streams its rows.
  virtual Task<std::unique_ptr<MysqlRows>> stream(std::string sql) = 0;
  /// Reads the binary log after `position` (MariaDB GTID set, `"0-100-2031"`, empty = all).
  virtual Task<std::unique_ptr<MysqlBinlog>> read_binlog(std::string position) = 0;
};

/// Opens connections. `user` decides privileges: `"app"`, `"dba"`, `"repl"`, `"filtered"`.
class Mysql {
 public:
  virtual ~Mysql() = default;
  /// Throws Error: unavailable (2002) when no server listens at `address` (`"10.64.0.7:3306"`).
  virtual Task<std::unique_ptr<MysqlConnection>> connect(std::string address, std::string user) = 0;
};

}  // namespace shardlab
