#include "core/wrangler/copy_schema_shard.h"

#include <fmt/format.h>

#include "core/base/children.h"
#include "core/topo/keyspace_shard.h"
#include "core/topo/overlapping_records.h"
#include "core/topo/records.h"

namespace shardlab::wrangler {
namespace {

using tabletmanagerdata::SchemaDefinition;
using tabletmanagerdata::TableDefinition;

std::map<std::string, const TableDefinition*> by_name(const SchemaDefinition& schema) {
  std::map<std::string, const TableDefinition*> tables;
  for (const auto& table : schema.table_definitions()) tables[table.name()] = &table;
  return tables;
}

bool is_view(const TableDefinition& table) { return table.type() == "VIEW"; }

std::string extra(const std::string& owner, const TableDefinition& table) {
  return fmt::format("{} has an extra {} named {}", owner, is_view(table) ? "view" : "table",
                     table.name());
}

}  // namespace

std::vector<std::string> diff_schemas(const std::string& left_name, const SchemaDefinition& left,
                                      const std::string& right_name,
                                      const SchemaDefinition& right) {
  std::vector<std::string> differences;
  const auto left_tables = by_name(left);
  const auto right_tables = by_name(right);
  for (const auto& [name, table] : left_tables) {
    const auto other = right_tables.find(name);
    if (other == right_tables.end()) {
      differences.push_back(extra(left_name, *table));
    } else if (table->type() != other->second->type()) {
      differences.push_back(fmt::format("{} and {} disagree on table type for table {}: {} vs {}",
                                        left_name, right_name, name, table->type(),
                                        other->second->type()));
    } else if (table->schema() != other->second->schema()) {
      differences.push_back(
          fmt::format("schemas differ on table {}:\n{}: {}\n differs from:\n{}: {}", name,
                      left_name, table->schema(), right_name, other->second->schema()));
    }
  }
  for (const auto& [name, table] : right_tables) {
    if (!left_tables.count(name)) differences.push_back(extra(right_name, *table));
  }
  return differences;
}

CopySchemaShard::CopySchemaShard(Wrangler& wrangler, CopySchemaShardOptions options)
    : wrangler_(wrangler), options_(std::move(options)) {}

Task<> CopySchemaShard::run() {
  co_await find_tablets();
  auto before = co_await differences();
  if (before.empty()) co_return;
  co_await create_tables();
  auto after = co_await differences();
  if (!after.empty()) {
    throw Error(
        Errc::failed_precondition,
        fmt::format("CopySchemaShard was not successful because the schemas between the two "
                    "tablets {} and {} differ: {}",
                    topo::alias_text(source_.alias()), topo::alias_text(target_.alias()),
                    fmt::join(after, "; ")));
  }
  co_await wait_for_replicas();
}

Task<topodata::Tablet> CopySchemaShard::find_source() {
  if (options_.source.find('/') == std::string::npos) {
    auto tablet = co_await wrangler_.topo.get_tablet(topo::parse_alias(options_.source));
    co_return tablet.record;
  }
  const auto path = topo::parse_keyspace_shard(options_.source).value();
  auto shard = co_await wrangler_.topo.get_shard(path.keyspace, path.shard);
  co_return co_await topo::get_master(wrangler_.topo, shard);
}

Task<> CopySchemaShard::find_tablets() {
  source_ = co_await find_source();
  auto target = co_await wrangler_.topo.get_shard(options_.target_keyspace, options_.target_shard);
  target_ = co_await topo::get_master(wrangler_.topo, target);
}

Task<SchemaDefinition> CopySchemaShard::schema_of(topodata::Tablet tablet) {
  tabletmanagerdata::GetSchemaRequest request;
  for (const auto& table : options_.tables) request.add_tables(table);
  for (const auto& table : options_.exclude_tables) request.add_exclude_tables(table);
  return wrangler_.tablets.get_schema(std::move(tablet), std::move(request));
}

Task<std::vector<std::string>> CopySchemaShard::differences() {
  source_schema_ = co_await schema_of(source_);
  auto target_schema = co_await schema_of(target_);
  co_return diff_schemas(topo::alias_text(source_.alias()), source_schema_,
                         topo::alias_text(target_.alias()), target_schema);
}

Task<> CopySchemaShard::create_tables() {
  std::vector<std::string> statements{
      fmt::format("CREATE DATABASE IF NOT EXISTS `{}`", topo::database_name(target_))};
  for (bool views : {false, true}) {
    for (const auto& table : source_schema_.table_definitions()) {
      if (is_view(table) == views) statements.push_back(table.schema());
    }
  }
  for (const std::string& statement : statements) {
    auto created = co_await capture(wrangler_.tablets.execute_fetch_as_dba(target_, statement));
    if (created) continue;
    constexpr int table_exists = 1050;
    if (created.error().sql_errno() != table_exists) throw created.error();
    auto existing = co_await schema_of(target_);
    bool same = false;
    for (const auto& table : existing.table_definitions()) same |= table.schema() == statement;
    if (same) continue;
    throw Error(
        Errc::failed_precondition,
        fmt::format("creating a table failed. Most likely some tables already exist on the "
                    "destination and differ from the source. Please remove all to be copied "
                    "tables from the destination manually and run this command again. Full "
                    "error: {}",
                    created.error().message()));
  }
}

Task<> CopySchemaShard::wait_for_replicas() {
  auto position = co_await wrangler_.tablets.master_position(target_);
  std::vector<Task<Result<void>>> waits;
  for (const auto& tablet : co_await wrangler_.topo.get_tablets_of_shard(options_.target_keyspace,
                                                                         options_.target_shard)) {
    if (topo::same_alias(tablet.alias(), target_.alias())) continue;
    waits.push_back(capture(
        wrangler_.tablets.wait_for_position(tablet, position, options_.wait_replicas_timeout)));
  }
  for (const auto& waited : co_await join_all(std::move(waits))) {
    if (waited) continue;
    wrangler_.logger.warning("schema.go", 386,
                             "a replica did not catch up: " + waited.error().message());
  }
}

}  // namespace shardlab::wrangler
