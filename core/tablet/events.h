#pragma once

#include <array>

#include "core/base/event.h"

namespace shardlab::tablet {

/// The query service of a tablet went on or off, or changed its target.
struct TabletServingChanged {
  static constexpr std::string_view kind = "TabletServingChanged";
  std::string_view alias, keyspace, shard, type, state, reason;
  auto fields() const {
    return std::array{EventField{"alias", alias}, EventField{"keyspace", keyspace},
                      EventField{"shard", shard}, EventField{"type", type},
                      EventField{"state", state}, EventField{"reason", reason}};
  }
};

/// A transaction of an application was committed through the query service.
struct QueryServiceCommitted {
  static constexpr std::string_view kind = "QueryServiceCommitted";
  std::string_view alias, keyspace, shard;
  auto fields() const {
    return std::array{EventField{"alias", alias}, EventField{"keyspace", keyspace},
                      EventField{"shard", shard}};
  }
};

/// A tablet did not find its record in the topology any more and ends.
struct TabletRecordVanished {
  static constexpr std::string_view kind = "TabletRecordVanished";
  std::string_view alias;
  auto fields() const { return std::array{EventField{"alias", alias}}; }
};

}  // namespace shardlab::tablet
