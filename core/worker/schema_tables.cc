#include "core/worker/schema_tables.h"

#include <map>

#include "core/worker/key_order.h"

namespace shardlab::worker {

std::vector<WorkerTable> worker_tables(const tabletmanagerdata::SchemaDefinition& schema) {
  std::vector<WorkerTable> tables;
  for (const auto& definition : schema.table_definitions()) {
    if (definition.type() == "VIEW") continue;
    require_known_key_order(definition);
    WorkerTable table;
    table.name = definition.name();
    table.row_estimate = definition.row_count();
    const auto& key = definition.primary_key_columns();
    table.primary_key.assign(key.begin(), key.end());
    std::vector<std::string> columns;
    std::map<std::string, Type> types;
    for (const auto& column : definition.columns()) {
      columns.push_back(column.name());
      types[column.name()] = static_cast<Type>(column.type());
    }
    table.columns = ordered_columns(columns, table.primary_key);
    for (const auto& column : table.columns) table.types.push_back(types.at(column));
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace shardlab::worker
