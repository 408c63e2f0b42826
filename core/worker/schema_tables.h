#pragma once

#include <vector>

#include "core/proto/tabletmanagerdata.pb.h"
#include "core/worker/row_reader.h"

namespace shardlab::worker {

/// The tables (no views) of a schema, columns reordered for reading: primary key first.
std::vector<WorkerTable> worker_tables(const tabletmanagerdata::SchemaDefinition& schema);

}  // namespace shardlab::worker
