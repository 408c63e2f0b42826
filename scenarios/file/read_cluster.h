#pragma once

#include "scenarios/file/section.h"

namespace shardlab::scenarios {

/// Reads `[cluster]`, `[network]`, `[[keyspace]]` and `[template.sharded]`, and checks that the
/// shards fit together: names and uids are unique, as many uids as tablets, the master is a
/// replica-type tablet of its shard.
void read_cluster(const Section& root, Scenario& scenario);

}  // namespace shardlab::scenarios
