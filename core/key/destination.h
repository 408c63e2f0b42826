#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "core/key/key_range.h"
#include "core/key/shard_name.h"

namespace shardlab::key {

/// The named shards, unchecked.
struct DestinationShards {
  std::vector<std::string> shards;
  friend bool operator==(const DestinationShards&, const DestinationShards&) = default;
};
/// Every shard that intersects one of the ranges; a missing range means all.
struct DestinationKeyRanges {
  std::vector<std::optional<KeyRange>> ranges;
  friend bool operator==(const DestinationKeyRanges&, const DestinationKeyRanges&) = default;
};
/// For each range the shards that together cover exactly it.
struct DestinationExactKeyRanges {
  std::vector<std::optional<KeyRange>> ranges;
  friend bool operator==(const DestinationExactKeyRanges&,
                         const DestinationExactKeyRanges&) = default;
};
/// For each id the shard that owns it.
struct DestinationKeyspaceIds {
  std::vector<KeyspaceId> ids;
  friend bool operator==(const DestinationKeyspaceIds&, const DestinationKeyspaceIds&) = default;
};
struct DestinationAnyShard {
  friend bool operator==(const DestinationAnyShard&, const DestinationAnyShard&) = default;
};
struct DestinationAllShards {
  friend bool operator==(const DestinationAllShards&, const DestinationAllShards&) = default;
};
struct DestinationNone {
  friend bool operator==(const DestinationNone&, const DestinationNone&) = default;
};

/// Where a query shall go, before it is known which shards there are.
/// Source: Vitess go/vt/key/destination.go.
using Destination = std::variant<DestinationShards, DestinationKeyRanges, DestinationExactKeyRanges,
                                 DestinationKeyspaceIds, DestinationAnyShard, DestinationAllShards,
                                 DestinationNone>;

/// The shards found, in the order Vitess hands them over, and the error that ended the search.
/// With an error the list holds what had been found before it.
struct Resolved {
  std::vector<std::string> shards;
  std::optional<Error> error;
};

/// Chooses an index below `count` for `DestinationAnyShard`.
using ShardPicker = std::function<std::size_t(std::size_t count)>;

/// Finds the shards of a destination among those of one partition of the serving graph.
/// Errors: unavailable `no shard in keyspace`; invalid_argument
/// `keyrange 10-40 does not exactly match shards`, `KeyspaceId 12 didn't match any shards ...`.
Resolved resolve(const Destination& destination, const std::vector<ShardReference>& shards,
                 const ShardPicker& pick);

}  // namespace shardlab::key
