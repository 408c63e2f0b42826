#pragma once

#include "core/vtgate/planner.h"

namespace shardlab::vtgate {

/// The plan of an INSERT into a sharded table: one statement for each shard, with its rows in the
/// order given. Throws Error: as `make_plan`. Source: Vitess go/vt/vtgate/engine/insert.go.
Plan make_insert_plan(const sql::Statement& statement, const vindexes::Table& table,
                      const Shards& shards);

}  // namespace shardlab::vtgate
