#include "core/tablet/serving_decision.h"

#include "core/topo/records.h"

namespace shardlab::tablet {

ServingDecision decide_serving(const ServingInputs& inputs) {
  ServingDecision decision;
  const bool is_primary = inputs.type == topodata::MASTER;
  const bool streams =
      is_primary || inputs.type == topodata::REPLICA || inputs.type == topodata::RDONLY;
  const bool is_healthy = inputs.health_error.empty();
  decision.vreplication = is_primary;
  // Filtered replication reads from migrated replicas too: only health matters here.
  decision.update_stream = streams && is_healthy;
  if (!topo::runs_query_service(inputs.type)) {
    decision.reason = "not a serving tablet type(" + topo::type_name(inputs.type) + ")";
  } else if (is_primary && inputs.has_source_shards) {
    decision.reason = "master tablet with filtered replication on";
  } else if (is_primary && inputs.is_master_frozen) {
    // Vitess forgets the control at the end of the migration and lets a restarted primary serve.
    decision.reason = "TabletControl.Frozen set";
  } else if (inputs.query_service_disabled) {
    decision.reason = "TabletControl.DisableQueryService set";
  } else if (!is_healthy && inputs.type != topodata::DRAINED) {
    decision.reason = inputs.health_error;
  } else {
    decision.serve = true;
  }
  return decision;
}

}  // namespace shardlab::tablet
