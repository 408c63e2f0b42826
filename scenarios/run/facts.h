#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/checks/observation.h"
#include "scenarios/expect/evaluate.h"

namespace shardlab::scenarios {

/// What the conditions of a scenario ask of the world, and what they remember of the past.
class WorldFacts {
 public:
  /// Shards are those of `keyspace`; `world` must outlive this and what `facts` gives.
  WorldFacts(const Observation& world, std::string keyspace)
      : world_(world), keyspace_(std::move(keyspace)) {}

  /// Evaluates now what later conditions want to know of this moment: the end of their step.
  void remember(const std::vector<Remembered>& wanted);

  /// Calls of `exists`, `following`, `rows`, `serving`, `tablets`; values that were remembered.
  /// Throws Error: not_found for a master or rows that cannot be read, invalid_argument for an
  /// unknown type.
  Facts facts() const;

 private:
  ExprValue call(const std::string& name, const std::vector<ExprValue>& args) const;
  /// Read once for all that is asked at one moment.
  RowBag rows(const std::string& shard) const;
  RowBag read_rows(const std::string& shard) const;
  /// It has source shards, and every stream on its master runs.
  bool is_following(const std::string& shard) const;
  std::vector<std::string> serving(const std::string& type) const;

  const Observation& world_;
  std::string keyspace_;
  std::map<std::pair<std::string, std::string>, ExprValue> past_;  ///< by step and source
  mutable std::uint64_t read_at_ = 0;                              ///< the moment of `read_`
  mutable std::map<std::string, RowBag> read_;                     ///< by shard
};

}  // namespace shardlab::scenarios
