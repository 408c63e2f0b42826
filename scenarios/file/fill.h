#pragma once

#include "scenarios/file/document.h"
#include "scenarios/file/scenario.h"

namespace shardlab::scenarios {

/// A step whose texts speak of this cluster, whatever it is. A line of `run`, and an element of
/// `output`, stands once for each shard or cell it is about.
///
/// | written | becomes |
/// |---|---|
/// | `{source}`, `{source.shard}`, `{source.master}` | `test_keyspace/0`, `0`, `test-0000000100` |
/// | `{source.rdonly}` | how many rdonly tablets the source has in a cell: `2` |
/// | `{target}`, `{target.shard}`, `{target.master}` | the same of each new shard, a line each |
/// | `{cell}` | `test`, a line for each cell |
/// | `{tablets}` | how many tablets there are once the new shards are up: `15` |
/// | `{targets}` | the new shards as a list: `['-80', '80-']` |
/// | `{serving}` | all shards once the split is done, in key order, as a list |
///
/// Throws ScenarioError at a word in braces that is none of these, at a list of shards where
/// there is nothing to split, and at a line about shards and cells both.
Node filled(Node step, const Scenario& cluster);

}  // namespace shardlab::scenarios
