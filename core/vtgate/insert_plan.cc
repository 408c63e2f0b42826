#include "core/vtgate/insert_plan.h"

#include <fmt/format.h>
#include <map>

#include "core/base/error.h"
#include "core/sql/printer.h"

namespace shardlab::vtgate {
namespace {

template <class... Args>
Error unsupported(fmt::format_string<Args...> text, Args&&... args) {
  return Error(Errc::unsupported, "unsupported: " + fmt::format(text, std::forward<Args>(args)...));
}

template <class... Args>
Error invalid(fmt::format_string<Args...> text, Args&&... args) {
  return Error(Errc::invalid_argument, fmt::format(text, std::forward<Args>(args)...));
}

/// As Go prints a list of values: `[INT64(5)]`, `[VARCHAR("aa")]`, `[NULL]`.
std::string text_of(const std::vector<Value>& values) {
  std::string text;
  for (const Value& value : values) {
    if (!text.empty()) text += ' ';
    if (value.is_null()) {
      text += "NULL";
    } else if (is_quoted(value.type())) {
      text += fmt::format("{}(\"{}\")", to_string(value.type()), value.text());
    } else {
      text += fmt::format("{}({})", to_string(value.type()), value.text());
    }
  }
  return "[" + text + "]";
}

/// Routes the rows of one INSERT.
class InsertPlanner {
 public:
  InsertPlanner(const sql::Statement& statement, const vindexes::Table& table, const Shards& shards)
      : statement_(statement),
        insert_(std::get<sql::Insert>(statement.node)),
        table_(table),
        shards_(shards) {}

  Plan plan() {
    check_shape();
    for (const auto& row : insert_.rows) place(row);
    Plan plan;
    plan.is_write = plan.locks_rows = true;
    for (const auto& shard : shards_) {
      const auto part = parts_.find(shard.name);
      if (part != parts_.end()) plan.queries.emplace_back(shard.name, print(part->second));
    }
    return plan;
  }

 private:
  struct Part {
    std::vector<std::vector<sql::Expr>> rows;
    std::vector<key::KeyspaceId> ids;
  };

  void check_shape() {
    if (insert_.replace) throw unsupported("REPLACE INTO with sharded schema");
    if (!insert_.on_duplicate.empty()) {
      throw unsupported("ON DUPLICATE KEY UPDATE with sharded schema");
    }
    if (insert_.columns.empty()) {
      if (!table_.column_list_authoritative) {
        throw unsupported("INSERT without a column list into sharded table {}", table_.name);
      }
      for (const auto& column : table_.columns) insert_.columns.push_back(column.name);
    }
    for (const auto& row : insert_.rows) {
      if (row.size() != insert_.columns.size()) {
        throw invalid("column list doesn't match values");
      }
    }
  }

  void place(const std::vector<sql::Expr>& row) {
    if (table_.auto_increment && value_of(row, table_.auto_increment->column).is_null()) {
      throw unsupported("value of {} from sequence {}; give it in the INSERT",
                        table_.auto_increment->column, table_.auto_increment->sequence);
    }
    const key::KeyspaceId id = table_.pinned ? *table_.pinned : primary_id(row);
    for (std::size_t i = 1; i < table_.column_vindexes.size(); ++i) {
      check_other_vindex(table_.column_vindexes[i], row, id);
    }
    Part& part = parts_[shard_of(id, shards_)];
    part.rows.push_back(row);
    part.ids.push_back(id);
  }

  key::KeyspaceId primary_id(const std::vector<sql::Expr>& row) const {
    const vindexes::ColumnVindex& primary = table_.column_vindexes.at(0);
    if (primary.vindex->needs_vcursor()) {
      throw unsupported("INSERT into {}, whose primary vindex {} is a lookup", table_.name,
                        primary.name);
    }
    const std::vector<Value> values = values_of(row, primary.columns);
    const auto id = primary.vindex->map_columns(values);
    if (!id) throw invalid("could not map {} to a keyspace id", text_of(values));
    return *id;
  }

  /// Another vindex of the table must lead to the same row, or reads by it would miss the row.
  void check_other_vindex(const vindexes::ColumnVindex& other, const std::vector<sql::Expr>& row,
                          const key::KeyspaceId& id) const {
    if (other.vindex->needs_vcursor()) {
      throw unsupported("INSERT into {}, which has the lookup vindex {}", table_.name, other.name);
    }
    const std::vector<Value> values = values_of(row, other.columns);
    if (other.vindex->map_columns(values) == id) return;
    throw invalid("values {} for column [{}] does not map to keyspace ids", text_of(values),
                  fmt::join(other.columns, " "));
  }

  /// The literal of a column; NULL when the INSERT does not name the column.
  Value value_of(const std::vector<sql::Expr>& row, const std::string& column) const {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!same_name(insert_.columns[i], column)) continue;
      if (row[i].kind == sql::Expr::Kind::literal) return row[i].value;
      throw unsupported("expression for column {}, which decides the shard: {}", column,
                        sql::to_string(row[i]));
    }
    return Value::null();
  }

  std::vector<Value> values_of(const std::vector<sql::Expr>& row,
                               const std::vector<std::string>& columns) const {
    std::vector<Value> values;
    for (const std::string& column : columns) values.push_back(value_of(row, column));
    return values;
  }

  std::string print(Part& part) const {
    sql::Statement statement = statement_;
    statement.comments = annotation_of(part.ids);
    if (!statement_.comments.empty()) statement.comments += " " + statement_.comments;
    sql::Insert insert = insert_;
    insert.rows = std::move(part.rows);
    statement.node = std::move(insert);
    return sql::to_string(statement);
  }

  const sql::Statement& statement_;
  sql::Insert insert_;
  const vindexes::Table& table_;
  const Shards& shards_;
  std::map<std::string, Part> parts_;
};

}  // namespace

Plan make_insert_plan(const sql::Statement& statement, const vindexes::Table& table,
                      const Shards& shards) {
  return InsertPlanner(statement, table, shards).plan();
}

}  // namespace shardlab::vtgate
