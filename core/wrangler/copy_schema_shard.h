#pragma once

#include "core/wrangler/wrangler.h"

namespace shardlab::wrangler {

struct CopySchemaShardOptions {
  /// `KS/SHARD` (its master) or a tablet alias.
  std::string source;
  std::string target_keyspace;
  std::string target_shard;
  std::vector<std::string> tables;          ///< exact names or `/regexp/`; empty: all
  std::vector<std::string> exclude_tables;  ///< likewise
  Duration wait_replicas_timeout = 10s;
};

/// What differs between two schemas, one sentence each: `A has an extra table named T`,
/// `schemas differ on table T: ...`. Source: Vitess go/vt/mysqlctl/tmutils/schema.go `DiffSchema`.
std::vector<std::string> diff_schemas(const std::string& left_name,
                                      const tabletmanagerdata::SchemaDefinition& left,
                                      const std::string& right_name,
                                      const tabletmanagerdata::SchemaDefinition& right);

/// Creates the source's tables on the master of the target shard. Does nothing when they are there.
/// Throws Error: failed_precondition when no master is known, a different table is in the way, or
/// the schemas still differ afterwards.
/// Source: guide "CopySchemaShard"; Vitess go/vt/wrangler/schema.go `CopySchemaShard`.
class CopySchemaShard {
 public:
  CopySchemaShard(Wrangler& wrangler, CopySchemaShardOptions options);
  Task<> run();

 private:
  Task<> find_tablets();
  Task<topodata::Tablet> find_source();
  Task<std::vector<std::string>> differences();
  Task<tabletmanagerdata::SchemaDefinition> schema_of(topodata::Tablet tablet);
  Task<> create_tables();
  Task<> wait_for_replicas();

  Wrangler& wrangler_;
  CopySchemaShardOptions options_;
  topodata::Tablet source_;
  topodata::Tablet target_;
  tabletmanagerdata::SchemaDefinition source_schema_;
};

}  // namespace shardlab::wrangler
