#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/mysql/cell.h"

namespace shardlab::fakes::mysql {

struct ColumnDef {
  std::string name;
  ColumnType type;
  bool not_null = false;
  bool auto_increment = false;
  bool default_now = false;            ///< DEFAULT CURRENT_TIMESTAMP
  bool own_collation = false;          ///< not the table's
  std::optional<Value> default_value;  ///< none: no DEFAULT was written
};

/// A secondary index.
struct IndexDef {
  std::string name;
  bool unique = false;
  std::vector<std::size_t> columns;
};

/// A table as CREATE TABLE described it. Columns are known by their place, in SQLite as `c0`, `c1`.
struct TableDef {
  std::string db;
  std::string name;
  std::vector<ColumnDef> columns;
  std::vector<std::size_t> primary_key;  ///< in key order; empty without one
  std::vector<IndexDef> indexes;         ///< unique ones without NULL first, then unique ones
  Collation collation = Collation::utf8mb4_bin;  ///< of texts that name none

  /// The column's place; the name in any case. None when there is no such column.
  std::optional<std::size_t> find_column(std::string_view column) const;
  /// Throws Error: sql 1054 `Unknown column 'x' in 'where clause'`.
  std::size_t column(std::string_view name, std::string_view clause) const;
  /// Throws Error: sql 1072 `Key column 'x' doesn't exist in table`.
  std::size_t key_column(std::string_view name) const;
  std::optional<std::size_t> auto_increment_column() const;
  /// Texts of keys are of SQLite's type TEXT, so that its indexes know their collation; all others
  /// are blobs.
  bool is_key_text(std::size_t column) const;
  /// Puts the indexes in MySQL's order.
  void sort_indexes();

  /// `vt_test_keyspace.messages`, the table's name in SQLite.
  std::string stored_name() const { return db + "." + name; }
};

/// A table of the catalogue, with the SQLite statements that work on its rows.
struct Table : TableDef {
  explicit Table(TableDef definition);

  /// The rows' key: the primary key, or every column of a table without one.
  const std::vector<std::size_t>& row_key() const { return row_key_; }
  /// A column in SQLite's words, to be compared and sorted by its collation.
  std::string compared(std::size_t column) const;
  /// The parameter for a value to compare it with: `?`, or `CAST(? AS TEXT)`.
  std::string_view compared_mark(std::size_t column) const {
    return is_text(columns[column].type) ? "CAST(? AS TEXT)" : "?";
  }

  std::string from;            ///< its quoted name
  std::string columns_list;    ///< `c0,c1,c2`
  std::string insert_sql;      ///< parameters: all columns
  std::string update_sql;      ///< all columns outside the key, then the key; empty without such
  std::string update_all_sql;  ///< all columns, then the key
  std::string delete_sql;      ///< the key
  std::string stored_order;    ///< ` ORDER BY c1,c0`: that of the primary key
  std::vector<std::size_t> payload;  ///< the columns outside the primary key

 private:
  std::vector<std::size_t> row_key_;
};

using TablePtr = std::shared_ptr<const Table>;

/// `bigint(20) unsigned`, `varchar(10000)`.
std::string type_text(const ColumnType& type);

/// MariaDB's text of SHOW CREATE TABLE; parses back to the same definition.
std::string create_table_text(const TableDef& table);

/// Makes a temporary table of the same name and columns, with the primary key alone.
std::string sqlite_create_view_copy(const TableDef& table);

/// The statements that make the table in SQLite, its indexes included.
std::vector<std::string> sqlite_create_statements(const TableDef& table);

/// A name in SQLite's double quotes.
std::string sqlite_name(std::string_view name);

}  // namespace shardlab::fakes::mysql
