#include "core/vtgate/routing.h"

#include <algorithm>
#include <functional>

#include "core/key/destination.h"

namespace shardlab::vtgate {
namespace {

using sql::Expr;

void collect_conjuncts(Expr* expr, std::vector<Expr*>& conjuncts) {
  if (expr == nullptr) return;
  if (expr->kind != Expr::Kind::logic_and) {
    conjuncts.push_back(expr);
    return;
  }
  for (Expr& arg : expr->args) collect_conjuncts(&arg, conjuncts);
}

/// Reads one WHERE; the names of the table and of its columns are those of the VSchema.
class WhereReader {
 public:
  WhereReader(Expr* where, const std::string& alias, const vindexes::Table& table,
              const Shards& shards)
      : alias_(alias), table_(table), shards_(shards) {
    collect_conjuncts(where, conjuncts_);
    for (const auto& column_vindex : table.column_vindexes) {
      const vindexes::Vindex& vindex = *column_vindex.vindex;
      if (vindex.is_unique() && !vindex.needs_vcursor()) usable_.push_back(&column_vindex);
    }
    std::ranges::stable_sort(usable_, std::less<>(),
                             [](const auto* candidate) { return candidate->vindex->cost(); });
  }

  Route read() const {
    for (const auto* candidate : usable_) {
      if (auto route = route_by_equality(*candidate)) return *std::move(route);
    }
    for (const auto* candidate : usable_) {
      if (auto route = route_by_list(*candidate)) return *std::move(route);
    }
    Route route;
    for (const auto& shard : shards_) route.shards.push_back(shard.name);
    return route;
  }

 private:
  bool is_column(const Expr& expr, const std::string& name) const {
    return expr.kind == Expr::Kind::column && same_name(expr.name, name) &&
           (expr.qualifier.empty() || same_name(expr.qualifier, table_.name) ||
            expr.qualifier == alias_);
  }

  /// The literal that a conjunct says the column equals, or null.
  const Value* value_of(const std::string& column) const {
    for (const Expr* conjunct : conjuncts_) {
      if (conjunct->kind != Expr::Kind::compare || conjunct->comparison != sql::Comparison::equal) {
        continue;
      }
      const Expr& left = conjunct->args[0];
      const Expr& right = conjunct->args[1];
      if (is_column(left, column) && right.kind == Expr::Kind::literal) return &right.value;
      if (is_column(right, column) && left.kind == Expr::Kind::literal) return &left.value;
    }
    return nullptr;
  }

  std::optional<Route> route_by_equality(const vindexes::ColumnVindex& candidate) const {
    std::vector<Value> values;
    for (const std::string& column : candidate.columns) {
      const Value* value = value_of(column);
      if (value == nullptr) return std::nullopt;
      values.push_back(*value);
    }
    Route route;
    route.kind = Route::Kind::one_id;
    route.id = candidate.vindex->map_columns(values);
    if (route.id) route.shards.push_back(shard_of(*route.id, shards_));
    return route;
  }

  /// An IN with nothing but literals on the column, or null.
  Expr* list_of(const std::string& column) const {
    for (Expr* conjunct : conjuncts_) {
      const bool is_list = conjunct->kind == Expr::Kind::in && !conjunct->negated &&
                           is_column(conjunct->args[0], column);
      if (is_list && std::all_of(conjunct->args.begin() + 1, conjunct->args.end(),
                                 [](auto& arg) { return arg.kind == Expr::Kind::literal; })) {
        return conjunct;
      }
    }
    return nullptr;
  }

  std::optional<Route> route_by_list(const vindexes::ColumnVindex& candidate) const {
    if (candidate.columns.size() != 1) return std::nullopt;
    Expr* list = list_of(candidate.columns[0]);
    if (list == nullptr) return std::nullopt;
    Route route;
    route.kind = Route::Kind::in_list;
    route.in = list;
    for (std::size_t i = 1; i < list->args.size(); ++i) {
      const auto id = candidate.vindex->map(list->args[i].value);
      if (id) route.elements[shard_of(*id, shards_)].push_back(list->args[i]);
    }
    for (const auto& shard : shards_) {
      if (route.elements.contains(shard.name)) route.shards.push_back(shard.name);
    }
    return route;
  }

  const std::string& alias_;
  const vindexes::Table& table_;
  const Shards& shards_;
  std::vector<Expr*> conjuncts_;
  std::vector<const vindexes::ColumnVindex*> usable_;
};

}  // namespace

Route route_where(Expr* where, const std::string& alias, const vindexes::Table& table,
                  const Shards& shards) {
  return WhereReader(where, alias, table, shards).read();
}

std::string shard_of(const key::KeyspaceId& id, const Shards& shards) {
  const key::Resolved found = key::resolve(key::DestinationKeyspaceIds{{id}}, shards, nullptr);
  if (found.error) throw *found.error;
  return found.shards.at(0);
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : +c; };
  return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace shardlab::vtgate
