#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/value.h"
#include "core/worker/reconcile.h"

namespace shardlab::worker {

/// The table statements are written to; the first `primary_key_columns` columns are its key.
struct StatementTable {
  std::string db;
  std::string table;
  std::vector<std::string> columns;
  std::size_t primary_key_columns = 0;
};

/// ``INSERT INTO `db`.`t` (`c1`, `c2`) VALUES (1,'a'),(2,null)``.
std::string insert_statement(const StatementTable& table, const std::vector<Row>& rows);
/// ``UPDATE `db`.`t` SET `c`=1 WHERE `pk`=2``; a table of key columns only sets those.
std::string update_statement(const StatementTable& table, const Row& row);
/// ``DELETE FROM `db`.`t` WHERE (`pk`=1) OR (`pk`=2)``.
std::string delete_statement(const StatementTable& table, const std::vector<Row>& rows);

/// A finished statement and how many rows it holds.
struct Statement {
  Statement(std::string sql, std::size_t rows) : sql(std::move(sql)), rows(rows) {}
  std::string sql;
  std::size_t rows;
};

/// Collects rows of one kind for one shard into statements. One is finished when it holds
/// `max_rows` rows or its text has reached `max_size` bytes, checked after adding a row; an UPDATE
/// always holds one row. Source: Vitess go/vt/worker/row_aggregator.go.
class StatementBatcher {
 public:
  /// `table` must have a key unless the kind is insert.
  StatementBatcher(ActionKind kind, StatementTable table, std::size_t max_rows,
                   std::size_t max_size);

  /// Gives the statement this row has finished, if it has.
  std::optional<Statement> add(const Row& row);
  /// Gives what is left, if anything: at the end of a chunk.
  std::optional<Statement> flush();

 private:
  ActionKind kind_;
  StatementTable table_;
  std::size_t max_rows_;
  std::size_t max_size_;
  std::string sql_;
  std::size_t rows_ = 0;
};

}  // namespace shardlab::worker
