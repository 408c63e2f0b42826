#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/ast.h"
#include "fakes/mysql/table_def.h"

namespace shardlab::fakes::mysql {

/// A view of columns of one table, perhaps of some rows only. It can be read, not written.
struct View {
  struct Column {
    std::string name;
    std::string of_table;
  };
  sql::TableName name;
  sql::TableName table;
  std::string definer;  ///< `"app@localhost"`
  std::vector<Column> columns;
  std::optional<sql::Expr> where;

  /// The table's column behind one of the view's. Throws Error: sql 1054.
  const std::string& column_behind(std::string_view column, std::string_view clause) const;
};

using ViewPtr = std::shared_ptr<const View>;

/// What `CREATE VIEW name AS select` makes: columns by name, no expressions, no ORDER BY or LIMIT.
/// Throws Error: sql 1054, 1235.
View make_view(sql::TableName name, const sql::Select& select, const TableDef& table);

/// MariaDB's text of SHOW CREATE VIEW; parses back to the same view.
std::string create_view_text(const View& view);

/// A SELECT from the view as one from its table.
sql::Select read_through(const View& view, sql::Select select);

}  // namespace shardlab::fakes::mysql
