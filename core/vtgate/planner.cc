#include "core/vtgate/planner.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/sql/lexer.h"
#include "core/sql/printer.h"
#include "core/vtgate/insert_plan.h"

namespace shardlab::vtgate {
namespace {

using sql::Expr;
using sql::Select;
using sql::Statement;

Error unsupported(const std::string& what) {
  return Error(Errc::unsupported, "unsupported: " + what);
}

bool is_write(const Statement& statement) {
  return !std::holds_alternative<Select>(statement.node);
}

Plan empty_plan_for(const Statement& statement) {
  Plan plan;
  plan.is_write = is_write(statement);
  const auto* select = std::get_if<Select>(&statement.node);
  plan.locks_rows = plan.is_write || select->for_update;
  return plan;
}

/// MySQL knows the table in the database of the tablet, not in the keyspace.
void strip_keyspace(Statement& statement) {
  std::visit(
      [](auto& node) {
        if constexpr (requires { node.from; }) {
          if (node.from) node.from->db.clear();
        } else {
          node.table.db.clear();
        }
      },
      statement.node);
}

Expr* where_of(Statement& statement) { return const_cast<Expr*>(sql::where_of(statement)); }

std::uint64_t number_of(const Expr& expr) {
  if (expr.kind != Expr::Kind::literal) throw unsupported("LIMIT other than a number");
  return vindexes::to_uint64(expr.value);
}

/// What makes one result of the results of several shards, for a SELECT.
class ScatterSelect {
 public:
  explicit ScatterSelect(Select& select) : select_(select) {}

  /// Throws Error: unsupported when the shards' results cannot be combined.
  Merge merge() {
    read_aggregates();
    for (const sql::OrderBy& order : select_.order_by) add_order(order);
    read_limit();
    return merge_;
  }

  /// Every shard must give all rows that may be among those asked for.
  void widen_limit() {
    if (!select_.limit || merge_.offset == 0) return;
    const std::uint64_t enough = merge_.offset + *merge_.limit;
    // The sum wraps for a limit of "all the rest"; that limit is wide enough already.
    const std::uint64_t count = enough < merge_.offset ? *merge_.limit : enough;
    select_.limit->count = Expr::literal(Value::of_uint(count));
    select_.limit->offset.reset();
  }

 private:
  static std::optional<Aggregate> aggregate_of(const Expr& expr) {
    if (expr.kind != Expr::Kind::function) return std::nullopt;
    const std::string name = sql::to_lower(expr.name);
    if (name == "count" || name == "sum") return Aggregate::sum;
    if (name == "min") return Aggregate::min;
    if (name == "max") return Aggregate::max;
    if (name == "avg" || name == "group_concat") {
      throw unsupported("in scatter query: complex aggregate expression: " + expr.name);
    }
    return std::nullopt;
  }

  static void refuse_nested_aggregates(const Expr& expr) {
    for (const Expr& arg : expr.args) {
      if (aggregate_of(arg)) throw unsupported("in scatter query: complex aggregate expression");
      refuse_nested_aggregates(arg);
    }
  }

  void read_aggregates() {
    for (const sql::SelectItem& item : select_.items) {
      if (const auto aggregate = aggregate_of(item.expr)) merge_.aggregates.push_back(*aggregate);
      refuse_nested_aggregates(item.expr);
    }
    if (!merge_.aggregates.empty() && merge_.aggregates.size() != select_.items.size()) {
      throw unsupported("in scatter query: aggregates beside columns");
    }
  }

  bool has_star() const {
    for (const sql::SelectItem& item : select_.items) {
      if (item.expr.kind == Expr::Kind::star) return true;
    }
    return false;
  }

  void add_order(const sql::OrderBy& order) {
    if (!merge_.aggregates.empty()) return;  // there is one row
    OrderKey key;
    key.descending = order.descending;
    key.name = order.expr.kind == Expr::Kind::column ? order.expr.name : sql::to_string(order.expr);
    for (std::size_t i = 0; i < select_.items.size() && !has_star() && !key.position; ++i) {
      if (same_name(select_.items[i].title(), key.name)) key.position = i;
    }
    // With a star the columns are only known from the result.
    if (!key.position && !(has_star() && order.expr.kind == Expr::Kind::column)) {
      throw unsupported("in scatter query: order by must reference a column in the select list: " +
                        key.name);
    }
    merge_.order_by.push_back(std::move(key));
  }

  void read_limit() {
    if (!select_.limit) return;
    merge_.limit = number_of(select_.limit->count);
    if (select_.limit->offset) merge_.offset = number_of(*select_.limit->offset);
  }

  Select& select_;
  Merge merge_;
};

ShardQuery field_query_of(Statement statement, const std::string& shard) {
  Select& select = std::get<Select>(statement.node);
  select.where = Expr::compare(sql::Comparison::not_equal, Expr::literal(Value::of_int(1)),
                               Expr::literal(Value::of_int(1)));
  select.order_by.clear();
  select.limit.reset();
  select.for_update = false;
  return ShardQuery(shard, sql::to_string(statement));
}

void refuse_vindex_changes(const sql::Update& update, const vindexes::Table& table) {
  for (const auto& column_vindex : table.column_vindexes) {
    for (const std::string& column : column_vindex.columns) {
      for (const sql::Assignment& assignment : update.assignments) {
        if (!same_name(assignment.column, column)) continue;
        throw unsupported("You can't update primary vindex columns. Invalid update on vindex: " +
                          column_vindex.name);
      }
    }
  }
}

template <class Node>
void refuse_limit(const Node& node, const char* what) {
  if (node.limit) throw unsupported(fmt::format("multi shard {} with limit", what));
}

/// What holds for an UPDATE or DELETE that may touch rows of several shards.
void check_scatter_write(const Statement& statement) {
  if (const auto* update = std::get_if<sql::Update>(&statement.node)) {
    refuse_limit(*update, "update");
  } else {
    refuse_limit(std::get<sql::Delete>(statement.node), "delete");
  }
}

void annotate(Statement& statement, const Route& route) {
  std::vector<key::KeyspaceId> ids;
  if (route.id) ids.push_back(*route.id);
  const std::string given = std::exchange(statement.comments, annotation_of(ids));
  if (!given.empty()) statement.comments += " " + given;
}

std::string alias_of(const Statement& statement) {
  const auto* select = std::get_if<Select>(&statement.node);
  return select != nullptr ? select->alias : "";
}

Route route_of(Statement& statement, const vindexes::Table& table, const Shards& shards) {
  if (!table.pinned) return route_where(where_of(statement), alias_of(statement), table, shards);
  Route route;
  route.kind = Route::Kind::one_id;
  route.id = table.pinned;
  route.shards.push_back(shard_of(*table.pinned, shards));
  return route;
}

Merge prepare(Statement& statement, const Route& route) {
  Merge merge;
  if (is_write(statement)) {
    if (route.kind != Route::Kind::one_id) check_scatter_write(statement);
    annotate(statement, route);
  } else if (route.kind != Route::Kind::one_id) {
    // Refused also while one shard holds everything: a split must not break an application.
    ScatterSelect scatter(std::get<Select>(statement.node));
    merge = scatter.merge();
    if (route.shards.size() > 1) scatter.widen_limit();
  }
  return merge;
}

Plan plan_routed(Statement statement, const vindexes::Table& table, const Shards& shards) {
  Plan plan = empty_plan_for(statement);
  Route route = route_of(statement, table, shards);
  plan.merge = prepare(statement, route);
  for (const std::string& shard : route.shards) {
    if (route.in != nullptr) {
      route.in->args.resize(1);
      for (Expr& element : route.elements.at(shard)) route.in->args.push_back(std::move(element));
    }
    plan.queries.emplace_back(shard, sql::to_string(statement));
  }
  if (plan.queries.empty() && !plan.is_write) {
    plan.field_query = field_query_of(std::move(statement), shards[0].name);
  }
  return plan;
}

Plan plan_unsharded(const Statement& statement, const Shards& shards) {
  if (shards.size() > 1) {
    throw Error(Errc::failed_precondition,
                "cannot send query to multiple shards for un-sharded database");
  }
  return make_bypass_plan(statement, {shards[0].name});
}

}  // namespace

std::string annotation_of(const std::vector<key::KeyspaceId>& ids) {
  if (ids.empty()) return "/* vtgate:: filtered_replication_unfriendly */";
  std::string text;
  for (const key::KeyspaceId& id : ids) text += (text.empty() ? "" : ",") + id.hex();
  return "/* vtgate:: keyspace_id:" + text + " */";
}

vindexes::Table table_of(const Statement& statement, const vindexes::VSchema& vschema,
                         const std::string& default_keyspace) {
  const sql::TableName* name = sql::table_of(statement);
  const std::string keyspace = name != nullptr && !name->db.empty() ? name->db : default_keyspace;
  if (!keyspace.empty() && vschema.find_keyspace(keyspace) == nullptr) {
    vindexes::Table unsharded;
    unsharded.keyspace = keyspace;
    unsharded.name = name != nullptr ? name->name : "dual";
    return unsharded;
  }
  return vschema.find_table(keyspace, name != nullptr ? name->name : "dual");
}

Plan make_bypass_plan(const Statement& statement, const std::vector<std::string>& shards) {
  Plan plan = empty_plan_for(statement);
  const std::string sql = sql::to_string(statement);
  for (const std::string& shard : shards) plan.queries.emplace_back(shard, sql);
  return plan;
}

Plan make_plan(Statement statement, const vindexes::Table& table, const Shards& shards) {
  if (shards.empty()) throw Error(Errc::unavailable, "no shard in keyspace");
  strip_keyspace(statement);
  if (!table.sharded) return plan_unsharded(statement, shards);
  if (table.type == "reference") {
    if (is_write(statement)) throw unsupported("write to reference table " + table.name);
    return make_bypass_plan(statement, {shards[0].name});
  }
  if (std::holds_alternative<sql::Insert>(statement.node)) {
    return make_insert_plan(statement, table, shards);
  }
  if (const auto* update = std::get_if<sql::Update>(&statement.node)) {
    refuse_vindex_changes(*update, table);
  }
  return plan_routed(std::move(statement), table, shards);
}

}  // namespace shardlab::vtgate
