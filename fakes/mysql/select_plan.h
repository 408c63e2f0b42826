#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/row_list.h"
#include "core/sql/ast.h"
#include "fakes/mysql/sqlite.h"
#include "fakes/mysql/table_def.h"

namespace shardlab::fakes::mysql {

/// A single-table SELECT in SQLite's words and how its columns read.
struct SelectPlan {
  struct Output {
    enum class Kind { column, count, whole_sum, real_sum, literal };
    /// What SQLite has for it, and how that becomes text.
    enum class Form { whole, scaled, real, bytes, other };
    Kind kind = Kind::column;
    Form form = Form::whole;
    ColumnType type;
    Value literal;
  };
  std::string sql;
  Cells binds;
  std::vector<Field> fields;
  std::vector<Output> outputs;

  /// Adds the row that the query stands on.
  void write_row(const Query& query, RowWriter& writer) const;
};

/// Plans a SELECT whose constants are folded. Throws Error: sql 1054, 1140 (columns mixed with
/// aggregates), 1235.
SelectPlan plan_select(const sql::Select& select, const Table& table);

/// ` ORDER BY c0,c1 DESC LIMIT ? OFFSET ?` with its parameters.
std::string order_and_limit(const std::vector<sql::OrderBy>& order_by,
                            const std::optional<sql::Limit>& limit, const Table& table,
                            const std::string& alias, Cells& binds);

}  // namespace shardlab::fakes::mysql
