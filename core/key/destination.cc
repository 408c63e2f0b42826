#include "core/key/destination.h"

#include <algorithm>
#include <fmt/format.h>

namespace shardlab::key {
namespace {

Error no_shard() { return Error(Errc::unavailable, "no shard in keyspace"); }

std::string names_of(const std::vector<ShardReference>& shards) {
  std::string text;
  for (const auto& shard : shards) text += (text.empty() ? "" : " ") + shard.name;
  return text;
}

class Resolver {
 public:
  Resolver(const std::vector<ShardReference>& shards, const ShardPicker& pick)
      : shards_(shards), pick_(pick) {}

  Resolved operator()(const DestinationShards& wanted) { return {wanted.shards, std::nullopt}; }

  Resolved operator()(const DestinationKeyRanges& wanted) {
    for (const auto& range : wanted.ranges) {
      for (const auto& shard : shards_) {
        if (intersects(range, shard.key_range)) found_.shards.push_back(shard.name);
      }
    }
    return found_;
  }

  Resolved operator()(const DestinationExactKeyRanges& wanted) {
    for (const auto& range : wanted.ranges) {
      if (cover_exactly(range)) continue;
      found_.error =
          Error(Errc::invalid_argument,
                fmt::format("keyrange {} does not exactly match shards", to_string(range)));
      break;
    }
    return found_;
  }

  Resolved operator()(const DestinationKeyspaceIds& wanted) {
    for (const auto& id : wanted.ids) {
      if (shards_.empty()) return {{}, no_shard()};
      const auto owner = std::find_if(shards_.begin(), shards_.end(), [&](const auto& shard) {
        return contains(shard.key_range, id);
      });
      if (owner == shards_.end()) {
        found_.error = Error(
            Errc::invalid_argument,
            fmt::format("KeyspaceId {} didn't match any shards [{}]", id.hex(), names_of(shards_)));
        break;
      }
      found_.shards.push_back(owner->name);
    }
    return found_;
  }

  Resolved operator()(const DestinationAnyShard&) {
    if (shards_.empty()) return {{}, no_shard()};
    const std::size_t index = pick_(shards_.size());
    check(index < shards_.size(), "a shard picker chooses below the count it is given");
    return {{shards_[index].name}, std::nullopt};
  }

  Resolved operator()(const DestinationAllShards&) {
    for (const auto& shard : shards_) found_.shards.push_back(shard.name);
    return found_;
  }

  Resolved operator()(const DestinationNone&) { return found_; }

 private:
  bool cover_exactly(const std::optional<KeyRange>& range) {
    std::vector<ShardReference> sorted = shards_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return start_smaller(a.key_range, b.key_range);
    });
    auto shard = std::find_if(sorted.begin(), sorted.end(), [&](const auto& candidate) {
      return start_equal(range, candidate.key_range);
    });
    for (; shard != sorted.end() && intersects(range, shard->key_range); ++shard) {
      found_.shards.push_back(shard->name);
      if (end_equal(range, shard->key_range)) return true;
    }
    return false;
  }

  const std::vector<ShardReference>& shards_;
  const ShardPicker& pick_;
  Resolved found_;
};

}  // namespace

Resolved resolve(const Destination& destination, const std::vector<ShardReference>& shards,
                 const ShardPicker& pick) {
  return std::visit(Resolver(shards, pick), destination);
}

}  // namespace shardlab::key
