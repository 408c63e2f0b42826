#include "core/tablet/mysql_daemon.h"

#include <charconv>
#include <fmt/format.h>

namespace shardlab::tablet {
namespace {

constexpr std::string_view flavor_prefix = "MariaDB/";

std::uint32_t to_uint32(const std::string& text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The value of a column in a one-row result; NULL when there is no such column.
Value column(const QueryResult& result, std::string_view name) {
  for (std::size_t i = 0; i < result.fields.size(); ++i) {
    if (result.fields[i].name == name) return result.rows[0][i];
  }
  return Value::null();
}

/// MySQL's CR_SERVER_GONE_ERROR: the statement did not run, a new connection may try it.
bool found_closed(const Error& error) { return error.sql_errno() == 2006; }

}  // namespace

std::string gtid_set_of(const std::string& position) {
  return position.starts_with(flavor_prefix) ? position.substr(flavor_prefix.size()) : position;
}

std::string position_of(const std::string& gtid_set) {
  return gtid_set.empty() ? "" : std::string(flavor_prefix) + gtid_set;
}

Task<std::unique_ptr<MysqlConnection>> MysqlDaemon::connect(std::string user) {
  return env_.mysql.connect(address_, std::move(user));
}

Task<QueryResult> MysqlDaemon::query(std::string sql) {
  if (idle_) {
    auto connection = std::move(idle_);
    auto result = co_await capture(connection->query(sql));
    if (result) {
      idle_ = std::move(connection);
      co_return *std::move(result);
    }
    if (!found_closed(result.error())) throw result.error();
  }
  auto connection = co_await connect("dba");
  auto result = co_await connection->query(std::move(sql));
  idle_ = std::move(connection);
  co_return result;
}

Task<> MysqlDaemon::set_read_only(bool read_only) {
  std::string sql = fmt::format("SET GLOBAL read_only = {}", read_only ? "ON" : "OFF");
  co_await query(std::move(sql));
}

Task<bool> MysqlDaemon::is_read_only() {
  auto result = co_await query("SELECT @@global.read_only");
  co_return result.rows.at(0).at(0).text() != "0";
}

Task<std::string> MysqlDaemon::position() {
  auto result = co_await query("SELECT @@global.gtid_current_pos");
  co_return position_of(result.rows.at(0).at(0).text());
}

Task<ReplicationStatus> MysqlDaemon::replication_status() {
  auto result = co_await query("SHOW SLAVE STATUS");
  ReplicationStatus status;
  status.position = co_await position();
  if (result.rows.empty()) co_return status;
  const std::string io_thread = column(result, "Slave_IO_Running").text();
  status.io_thread_running = io_thread == "Yes";
  status.io_thread_connecting = io_thread == "Connecting";
  status.sql_thread_running = column(result, "Slave_SQL_Running").text() == "Yes";
  const Value lag = column(result, "Seconds_Behind_Master");
  if (!lag.is_null()) status.seconds_behind_master = to_uint32(lag.text());
  status.master_host = column(result, "Master_Host").text();
  status.master_port = static_cast<int>(to_uint32(column(result, "Master_Port").text()));
  status.last_error = column(result, "Last_SQL_Error").text();
  if (status.last_error.empty()) status.last_error = column(result, "Last_IO_Error").text();
  co_return status;
}

Task<> MysqlDaemon::stop_replication() { co_await query("STOP SLAVE"); }

Task<> MysqlDaemon::start_replication() { co_await query("START SLAVE"); }

Task<> MysqlDaemon::set_master(std::string host, int port) {
  co_await query(
      fmt::format("CHANGE MASTER TO MASTER_HOST = '{}', MASTER_PORT = {}, MASTER_USER = 'repl', "
                  "MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = current_pos",
                  host, port));
}

Task<> MysqlDaemon::forget_master() {
  co_await query("STOP SLAVE");
  co_await query("RESET SLAVE ALL");
}

Task<> MysqlDaemon::reset_replication() {
  co_await query("STOP SLAVE");
  co_await query("RESET SLAVE ALL");
  co_await query("RESET MASTER");
  co_await query("SET GLOBAL gtid_slave_pos = ''");
}

Task<> MysqlDaemon::set_replication_position(std::string position) {
  co_await query("RESET MASTER");
  const std::string set = gtid_set_of(position);
  co_await query(fmt::format("SET GLOBAL gtid_slave_pos = '{}'", set));
  co_await query(fmt::format("SET GLOBAL gtid_binlog_state = '{}'", set));
}

Task<> MysqlDaemon::wait_for_position(std::string position, Duration timeout) {
  if (position.empty()) co_return;
  const std::int64_t ms = timeout / 1ms;
  auto result = co_await query(fmt::format("SELECT MASTER_GTID_WAIT('{}', {}.{:03})",
                                           gtid_set_of(position), ms / 1000, ms % 1000));
  if (result.rows.at(0).at(0).text() != "0") {
    throw Error(Errc::timed_out, "timed out waiting for position " + position);
  }
}

}  // namespace shardlab::tablet
