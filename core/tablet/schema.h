#pragma once

#include <string>
#include <vector>

#include "core/ports/mysql.h"
#include "core/proto/tabletmanagerdata.pb.h"

namespace shardlab::tablet {

/// Does a table pass a filter list: exact names or `/regular expressions/`; empty excludes nothing.
bool matches_any(const std::vector<std::string>& filters, const std::string& table);

/// Reads the schema of a database: tables and views by name, with columns, primary key in key order
/// and an estimated number of rows. Source: Vitess go/vt/mysqlctl/schema.go.
Task<tabletmanagerdata::SchemaDefinition> read_schema(MysqlConnection& connection,
                                                      std::string database,
                                                      tabletmanagerdata::GetSchemaRequest request);

}  // namespace shardlab::tablet
