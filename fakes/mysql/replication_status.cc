#include <algorithm>

#include "fakes/mysql/binlog_codec.h"
#include "fakes/mysql/replication.h"
#include "sim/world.h"

namespace shardlab::fakes::mysql {

std::optional<std::int64_t> Replication::seconds_behind() const {
  if (io_state_ != IoState::yes || !sql_running_) return std::nullopt;
  if (!applying_since_ns_ && relay_.empty()) return 0;
  const std::int64_t oldest_ns =
      applying_since_ns_ ? *applying_since_ns_ : decode_entry(relay_.front()).timestamp_ns;
  return std::max<std::int64_t>(0, (to_ns(now()) - oldest_ns) / 1'000'000'000);
}

std::optional<std::int64_t> Replication::remaining_delay() const {
  if (master_.delay_seconds == 0 || !applying_since_ns_) return std::nullopt;
  const Duration left = Duration(*applying_since_ns_ - to_ns(now())) + delay();
  return std::max<std::int64_t>(0, (left + 999'999'999ns) / 1s);
}

QueryResult Replication::status() const {
  QueryResult result;
  Row row;
  const auto text = [&](const char* name, std::string value) {
    result.fields.emplace_back(name, Type::varchar);
    row.push_back(Value::of_text(std::move(value)));
  };
  const auto number = [&](const char* name, std::optional<std::int64_t> value) {
    result.fields.emplace_back(name, Type::int64);
    row.push_back(value ? Value::of_int(*value) : Value::null());
  };
  const auto error = [&](const char* errno_name, const char* name, const std::optional<Error>& e) {
    number(errno_name, e ? e->sql_errno() : 0);
    text(name, e ? e->message() : "");
  };
  text("Slave_IO_State", io_state_ == IoState::yes ? "Waiting for master to send event" : "");
  text("Master_Host", master_.host);
  text("Master_User", master_.user);
  number("Master_Port", master_.port);
  number("Connect_Retry", master_.retry_seconds);
  text("Slave_IO_Running", io_state_ == IoState::yes  ? "Yes"
                           : io_state_ == IoState::no ? "No"
                                                      : "Connecting");
  text("Slave_SQL_Running", sql_running_ ? "Yes" : "No");
  number("Seconds_Behind_Master", seconds_behind());
  number("SQL_Delay", master_.delay_seconds);
  number("SQL_Remaining_Delay", remaining_delay());
  error("Last_IO_Errno", "Last_IO_Error", io_error_);
  error("Last_SQL_Errno", "Last_SQL_Error", sql_error_);
  text("Using_Gtid", master_.from_current_position ? "Current_Pos" : "Slave_Pos");
  text("Gtid_IO_Pos", to_string(fetched_));
  text("Gtid_Slave_Pos", to_string(engine_.slave_position()));
  if (!master_.host.empty()) result.rows.push_back(std::move(row));
  return result;
}

}  // namespace shardlab::fakes::mysql
