#include "tests/contracts/mysql/real.h"

#include <algorithm>
#include <fmt/format.h>
#include <poll.h>
#include <stdexcept>

namespace shardlab::contracts {
namespace {

/// MySQL's type and flags as Vitess names them (Source: Vitess go/sqltypes/const.go).
Type type_of(const MYSQL_FIELD& field) {
  const bool is_unsigned = (field.flags & UNSIGNED_FLAG) != 0;
  const bool binary = field.charsetnr == 63;
  if ((field.flags & ENUM_FLAG) != 0) return Type::enum_;
  if ((field.flags & SET_FLAG) != 0) return Type::set;
  switch (field.type) {
    case MYSQL_TYPE_TINY: return is_unsigned ? Type::uint8 : Type::int8;
    case MYSQL_TYPE_SHORT: return is_unsigned ? Type::uint16 : Type::int16;
    case MYSQL_TYPE_INT24: return is_unsigned ? Type::uint24 : Type::int24;
    case MYSQL_TYPE_LONG: return is_unsigned ? Type::uint32 : Type::int32;
    case MYSQL_TYPE_LONGLONG: return is_unsigned ? Type::uint64 : Type::int64;
    case MYSQL_TYPE_FLOAT: return Type::float32;
    case MYSQL_TYPE_DOUBLE: return Type::float64;
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL: return Type::decimal;
    case MYSQL_TYPE_TIMESTAMP: return Type::timestamp;
    case MYSQL_TYPE_DATE: return Type::date;
    case MYSQL_TYPE_TIME: return Type::time;
    case MYSQL_TYPE_DATETIME: return Type::datetime;
    case MYSQL_TYPE_YEAR: return Type::year;
    case MYSQL_TYPE_BIT: return Type::bit;
    case MYSQL_TYPE_TINY_BLOB:
    case MYSQL_TYPE_MEDIUM_BLOB:
    case MYSQL_TYPE_LONG_BLOB:
    case MYSQL_TYPE_BLOB: return binary ? Type::blob : Type::text;
    case MYSQL_TYPE_VAR_STRING:
    case MYSQL_TYPE_VARCHAR: return binary ? Type::varbinary : Type::varchar;
    case MYSQL_TYPE_STRING: return binary ? Type::binary : Type::char_;
    default: return Type::null_type;
  }
}

std::vector<Row> rows_of(MYSQL_RES* result, const std::vector<Field>& fields) {
  std::vector<Row> rows;
  while (const MYSQL_ROW raw = mysql_fetch_row(result)) {
    const unsigned long* lengths = mysql_fetch_lengths(result);
    Row row;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      row.push_back(raw[i] ? Value(fields[i].type, std::string(raw[i], lengths[i]))
                           : Value::null());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Reply error_of(MYSQL* connection) {
  Reply reply;
  reply.error = static_cast<int>(mysql_errno(connection));
  reply.message = mysql_error(connection);
  return reply;
}

}  // namespace

Real::Real() : control_(connect("root")) {
  // Nothing must be forgotten while a case waits.
  ask("SET GLOBAL innodb_lock_wait_timeout = 50");
}

Real::~Real() {
  for (auto& [name, session] : sessions_) mysql_close(session.connection);
  mysql_close(control_);
}

MYSQL* Real::connect(const char* user) const {
  MYSQL* connection = mysql_init(nullptr);
  mysql_options(connection, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options(connection, MYSQL_INIT_COMMAND, "SET NAMES utf8mb4 COLLATE utf8mb4_bin");
  if (!mysql_real_connect(connection, "localhost", user, "", nullptr, 0, process_.socket().c_str(),
                          0)) {
    throw std::runtime_error(fmt::format("cannot connect: {}", mysql_error(connection)));
  }
  return connection;
}

std::vector<Row> Real::ask(const std::string& sql) {
  Session control{control_};
  mysql_send_query(control_, sql.data(), sql.size());
  Reply reply = read_reply(control);
  if (reply.error != 0) {
    throw std::runtime_error(fmt::format("{}: {} {}", sql, reply.error, reply.message));
  }
  return std::move(reply.rows);
}

void Real::begin_case() {
  for (auto& [name, session] : sessions_) mysql_close(session.connection);
  sessions_.clear();
  ask("SET GLOBAL read_only = OFF");
  // The sessions' threads may still be rolling back what they had open.
  ask("DROP DATABASE IF EXISTS ks");
  ask("CREATE DATABASE ks");
  const Row status = ask("SHOW MASTER STATUS").at(0);
  log_file_ = status[0].text();
  log_position_ = std::stoul(status[1].text());
}

Real::Session& Real::session(const std::string& name) {
  const auto [entry, is_new] = sessions_.try_emplace(name);
  if (is_new) {
    entry->second.connection = connect(name == "dba" ? "root" : "app");
    mysql_select_db(entry->second.connection, "ks");
  }
  return entry->second;
}

bool Real::has_answer(const Session& session, int wait_ms) {
  pollfd socket{mysql_get_socket(session.connection), POLLIN, 0};
  return poll(&socket, 1, wait_ms) > 0;
}

Reply Real::read_reply(Session& session) {
  session.busy = false;
  MYSQL* connection = session.connection;
  if (mysql_read_query_result(connection) != 0) return error_of(connection);
  Reply reply;
  MYSQL_RES* result = mysql_store_result(connection);
  if (!result) {
    if (mysql_errno(connection) != 0) return error_of(connection);
    reply.affected = mysql_affected_rows(connection);
    reply.insert_id = mysql_insert_id(connection);
    return reply;
  }
  for (unsigned int i = 0; i < mysql_num_fields(result); ++i) {
    const MYSQL_FIELD* field = mysql_fetch_field_direct(result, i);
    reply.fields.emplace_back(field->name, type_of(*field));
  }
  reply.rows = rows_of(result, reply.fields);
  mysql_free_result(result);
  return reply;
}

std::size_t Real::threads_that_wait() {
  std::size_t waiting = 0;
  const std::string status = ask("SHOW ENGINE INNODB STATUS").at(0)[2].text();
  // Said of a transaction as long as its lock is not granted, whether its thread runs or not.
  constexpr std::string_view mark = "TRX HAS BEEN WAITING";
  for (auto at = status.find(mark); at != std::string::npos; at = status.find(mark, at + 1)) {
    ++waiting;
  }
  return waiting + threads_that_wait_for_tables();
}

std::size_t Real::threads_that_wait_for_tables() {
  const auto count = ask(
      "SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for table%' "
      "OR state LIKE 'Waiting for schema%' OR state LIKE 'Waiting for backup%'");
  return std::stoul(count.at(0)[0].text());
}

std::size_t Real::busy_sessions() const {
  return static_cast<std::size_t>(std::count_if(
      sessions_.begin(), sessions_.end(), [](const auto& entry) { return entry.second.busy; }));
}

Reply Real::execute(const std::string& name, const std::string& sql) {
  Session& used = session(name);
  if (mysql_send_query(used.connection, sql.data(), sql.size()) != 0) {
    return error_of(used.connection);
  }
  used.busy = true;
  for (int wait_ms = 2;; wait_ms = std::min(wait_ms * 2, 50)) {  // ends: the server answers
    if (has_answer(used, wait_ms)) return read_reply(used);
    if (threads_that_wait() < busy_sessions()) continue;
    Reply reply;
    reply.waits = true;
    return reply;
  }
}

std::vector<LateReply> Real::late_replies() {
  std::vector<LateReply> replies;
  // A thread that has got its metadata lock says for a moment that it waits for it.
  constexpr int most_looks = 10;
  for (int looks = 0;;) {  // ends: whoever is busy either waits or answers
    for (auto& [name, session] : sessions_) {
      if (session.busy && has_answer(session, 0)) replies.push_back({name, read_reply(session)});
    }
    const std::size_t busy = busy_sessions();
    if (busy == 0) break;
    if (threads_that_wait() < busy) continue;
    if (threads_that_wait_for_tables() == 0 || ++looks == most_looks) break;
    poll(nullptr, 0, 5);
  }
  std::sort(replies.begin(), replies.end(), [](const LateReply& left, const LateReply& right) {
    return left.session < right.session;
  });
  return replies;
}

Reply Real::let_time_out(const std::string& name) { return read_reply(session(name)); }

std::optional<Reply> Real::kill(const std::string& name) {
  Session& killed = session(name);
  ask(fmt::format("KILL {}", mysql_thread_id(killed.connection)));
  if (killed.busy) return read_reply(killed);
  has_answer(killed, 1000);  // the server closes the connection
  return std::nullopt;
}

std::vector<LoggedTransaction> Real::log() {
  return read_real_log(connect("root"), log_file_, log_position_);
}

}  // namespace shardlab::contracts
