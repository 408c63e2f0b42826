#include "core/binlog/update_stream.h"

#include <set>

#include "core/binlog/position.h"
#include "core/sql/query_proto.h"
#include "core/topo/records.h"
#include "core/vindexes/vschema_json.h"

namespace shardlab::binlog {
namespace {

Error not_enabled() {
  return Error(Errc::failed_precondition, "update stream service is not enabled");
}

std::string gtid_set_text(const Position& position) {
  const std::string text = to_string(position);
  const std::size_t slash = text.find('/');
  return slash == std::string::npos ? "" : text.substr(slash + 1);
}

}  // namespace

UpdateStream::UpdateStream(Env env, topo::Server& topo, UpdateStreamOptions options)
    : env_(env), topo_(topo), options_(std::move(options)) {}

void UpdateStream::register_methods(RpcRouter& router) {
  router.on_stream<binlogdata::StreamKeyRangeRequest>(
      "UpdateStream.StreamKeyRange",
      [this](binlogdata::StreamKeyRangeRequest request, std::shared_ptr<RpcSink> sink) {
        return stream_key_range(std::move(request), std::move(sink));
      });
}

void UpdateStream::set_enabled(bool enabled) {
  if (enabled_ && !enabled) ++generation_;
  enabled_ = enabled;
}

Task<KeyRangeFilter> UpdateStream::make_filter(std::optional<key::KeyRange> range) {
  auto record = co_await topo_.get_vschema(options_.keyspace);
  const auto definition = vindexes::parse_vschema(record.json());
  auto schema = vindexes::build_keyspace_schema(options_.keyspace, definition.vschema);
  co_return KeyRangeFilter(std::move(schema), std::move(range));
}

Task<> UpdateStream::learn_columns(KeyRangeFilter& filter, BinlogTransaction& transaction,
                                   // tidy: allow(await-by-value) belongs to the stream that waits
                                   std::map<std::string, std::vector<Field>>& fields) {
  for (const RowChange& change : transaction.changes) {
    if (change.database != options_.database || filter.knows(change.table)) continue;
    auto connection = co_await env_.mysql.connect(options_.mysql_address, "dba");
    std::string sql = "SELECT * FROM `" + options_.database + "`.`" + change.table + "` LIMIT 0";
    auto result = co_await connection->query(std::move(sql));
    std::vector<std::string> names;
    for (const Field& field : result.fields) names.push_back(field.name);
    filter.set_columns(change.table, names);
    fields[change.table] = result.fields;
  }
}

binlogdata::StreamKeyRangeResponse UpdateStream::make_response(
    BinlogTransaction transaction, const KeyRangeFilter& filter,
    const std::map<std::string, std::vector<Field>>& fields) const {
  binlogdata::StreamKeyRangeResponse response;
  response.set_timestamp_ns(transaction.timestamp_ns);
  std::set<std::string> described;
  for (RowChange& change : transaction.changes) {
    if (change.database != options_.database) continue;
    auto kept = filter.filter(std::move(change));
    if (!kept) continue;
    auto& out = *response.add_changes();
    out.set_table(kept->table);
    if (kept->before) *out.mutable_before() = sql::to_proto(*kept->before);
    if (kept->after) *out.mutable_after() = sql::to_proto(*kept->after);
    if (!described.insert(kept->table).second) continue;
    auto& table = *response.add_tables();
    table.set_table(kept->table);
    for (const Field& field : fields.at(kept->table)) *table.add_fields() = sql::to_proto(field);
  }
  return response;
}

Task<> UpdateStream::stream_key_range(binlogdata::StreamKeyRangeRequest request,
                                      std::shared_ptr<RpcSink> sink) {
  if (!enabled_) throw not_enabled();
  const std::uint64_t generation = generation_;
  auto filter = co_await make_filter(topo::key_range_of(request));
  std::map<std::string, std::vector<Field>> fields;
  Position position = parse_position(request.position()).value();
  auto connection = co_await env_.mysql.connect(options_.mysql_address, "repl");
  auto log = co_await connection->read_binlog(gtid_set_text(position));
  for (;;) {
    auto transaction = co_await log->next();
    if (generation != generation_) throw not_enabled();
    if (!transaction.ddl
             .empty()) {  // not forwarded: schema changes go to both sides by ApplySchema
      filter.forget_columns();
      fields.clear();
    }
    co_await learn_columns(filter, transaction, fields);
    position = position.with(parse_gtid("MariaDB/" + transaction.gtid).value());
    auto response = make_response(std::move(transaction), filter, fields);
    response.set_position(to_string(position));
    co_await sink->send(response.SerializeAsString());
  }
}

}  // namespace shardlab::binlog
