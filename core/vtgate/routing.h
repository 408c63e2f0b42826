#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/key/shard_name.h"
#include "core/sql/ast.h"
#include "core/vindexes/vschema.h"

namespace shardlab::vtgate {

using Shards = std::vector<key::ShardReference>;

/// Where the rows lie that a WHERE can match.
struct Route {
  enum class Kind {
    one_id,   ///< all have one keyspace id, or none can exist (`page = null`)
    in_list,  ///< a vindex column is one of several values
    scatter,  ///< nothing is known
  };
  Kind kind = Kind::scatter;
  std::optional<key::KeyspaceId> id;  ///< of `one_id`
  std::vector<std::string> shards;    ///< in the order of the partition
  sql::Expr* in = nullptr;            ///< the IN of the WHERE given, to be narrowed for each shard
  std::map<std::string, std::vector<sql::Expr>> elements;  ///< what is left of it for a shard
};

/// Reads what the conjuncts of a WHERE say about unique vindexes that need no table: the cheapest
/// with `=` on all its columns, else the cheapest with an IN.
/// Throws Error: invalid_argument when no shard owns a keyspace id; unavailable `no shard in
/// keyspace`. Source: Vitess go/vt/vtgate/planbuilder/route.go `UpdatePlan`.
Route route_where(sql::Expr* where, const std::string& alias, const vindexes::Table& table,
                  const Shards& shards);

/// The shard that owns the id. Throws Error: as `route_where`.
std::string shard_of(const key::KeyspaceId& id, const Shards& shards);

/// ASCII only, as column names compare.
bool same_name(std::string_view a, std::string_view b);

}  // namespace shardlab::vtgate
