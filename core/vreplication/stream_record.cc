#include "core/vreplication/stream_record.h"

#include <charconv>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/key/hex.h"

namespace shardlab::vreplication {
namespace {

constexpr std::string_view columns = "id, workflow, source, pos, stop_pos, state, message";
/// Longest message that is kept.
constexpr std::size_t max_message = 950;

std::string literal(std::string_view text) {
  return Value::of_text(std::string(text)).sql_literal();
}

/// The source is stored as hex so that it survives every character set.
std::string source_text(const binlogdata::BinlogSource& source) {
  return key::to_hex(source.SerializeAsString());
}

}  // namespace

std::vector<std::string> create_statements() {
  return {
      "CREATE DATABASE IF NOT EXISTS _vt",
      "CREATE TABLE IF NOT EXISTS _vt.vreplication ("
      "id INT AUTO_INCREMENT, "
      "workflow VARBINARY(1000), "
      "source VARBINARY(10000) NOT NULL, "
      "pos VARBINARY(10000) NOT NULL, "
      "stop_pos VARBINARY(10000) DEFAULT NULL, "
      "max_tps BIGINT(20) NOT NULL, "
      "max_replication_lag BIGINT(20) NOT NULL, "
      "cell VARBINARY(1000) DEFAULT NULL, "
      "tablet_types VARBINARY(100) DEFAULT NULL, "
      "time_updated BIGINT(20) NOT NULL, "
      "transaction_timestamp BIGINT(20) NOT NULL, "
      "state VARBINARY(100) NOT NULL, "
      "message VARBINARY(1000) DEFAULT NULL, "
      "db_name VARBINARY(255) NOT NULL, "
      "PRIMARY KEY (id))",
  };
}

StreamRecord parse_record(const QueryResult& result, std::size_t index) {
  const Row& row = result.rows.at(index);
  if (row.size() != 7) throw Error(Errc::corrupt, "a row of _vt.vreplication has other columns");
  StreamRecord record;
  const std::string& id = row[0].text();
  std::from_chars(id.data(), id.data() + id.size(), record.id);
  record.workflow = row[1].text();
  const auto bytes = key::parse_hex(row[2].text());
  if (!bytes || !record.source.ParseFromString(*bytes)) {
    throw Error(Errc::corrupt, fmt::format("stream {} has an unreadable source", record.id));
  }
  record.position = row[3].text();
  record.stop_position = row[4].text();
  record.state = row[5].text();
  record.message = row[6].text();
  return record;
}

std::string select_stream(std::int32_t id) {
  return fmt::format("SELECT {} FROM _vt.vreplication WHERE id = {}", columns, id);
}

std::string select_all(const std::string& database) {
  return fmt::format("SELECT {} FROM _vt.vreplication WHERE db_name = {} ORDER BY id", columns,
                     literal(database));
}

std::string insert_stream(const std::string& workflow, const binlogdata::BinlogSource& source,
                          const std::string& position, std::string_view state,
                          const std::string& database, std::int64_t now_s) {
  return fmt::format(
      "INSERT INTO _vt.vreplication (workflow, source, pos, max_tps, max_replication_lag, "
      "time_updated, transaction_timestamp, state, db_name) "
      "VALUES ({}, {}, {}, 9223372036854775807, 9223372036854775807, {}, 0, {}, {})",
      literal(workflow), literal(source_text(source)), literal(position), now_s, literal(state),
      literal(database));
}

std::string update_position(std::int32_t id, const std::string& position, std::int64_t now_s,
                            std::int64_t transaction_s) {
  return fmt::format(
      "UPDATE _vt.vreplication SET pos = {}, time_updated = {}, transaction_timestamp = {} "
      "WHERE id = {}",
      literal(position), now_s, transaction_s, id);
}

std::string start_stream(std::int32_t id) {
  return fmt::format(
      "UPDATE _vt.vreplication SET state = 'Running', stop_pos = NULL, message = '' WHERE id = {}",
      id);
}

std::string start_stream_until(std::int32_t id, const std::string& position) {
  return fmt::format(
      "UPDATE _vt.vreplication SET state = 'Running', stop_pos = {}, message = '' WHERE id = {}",
      literal(position), id);
}

std::string stop_stream(std::int32_t id, const std::string& message) {
  return fmt::format("UPDATE _vt.vreplication SET state = 'Stopped', message = {} WHERE id = {}",
                     literal(message.substr(0, max_message)), id);
}

std::string delete_stream(std::int32_t id) {
  return fmt::format("DELETE FROM _vt.vreplication WHERE id = {}", id);
}

std::string delete_workflow(const std::string& workflow, const std::string& database) {
  return fmt::format("DELETE FROM _vt.vreplication WHERE workflow = {} AND db_name = {}",
                     literal(workflow), literal(database));
}

}  // namespace shardlab::vreplication
