#pragma once

#include <string>

#include "core/proto/topodata.pb.h"

namespace shardlab::tablet {

/// What a tablet knows when it decides whether to serve.
struct ServingInputs {
  topodata::TabletType type = topodata::UNKNOWN;
  bool has_source_shards = false;       ///< its shard is the target of a resharding
  bool is_master_frozen = false;        ///< its shard's master was migrated away for good
  bool query_service_disabled = false;  ///< by the serving graph, for its type and key range
  std::string health_error;             ///< empty when healthy
};

struct ServingDecision {
  bool serve = false;
  std::string reason;  ///< why not
  bool update_stream = false;
  bool vreplication = false;
};

/// Source: Vitess go/vt/vttablet/tabletmanager/tm_state.go `canServe`; reference order 11.2.
ServingDecision decide_serving(const ServingInputs& inputs);

}  // namespace shardlab::tablet
