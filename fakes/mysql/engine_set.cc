#include <array>
#include <fmt/format.h>

#include "core/sql/parser.h"
#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

using sql::Expr;

constexpr std::array<std::pair<std::string_view, std::int64_t>, 23> default_numbers{
    {{"auto_increment_increment", 1},
     {"auto_increment_offset", 1},
     {"foreign_key_checks", 1},
     {"gtid_domain_id", 0},
     {"gtid_strict_mode", 1},
     {"innodb_flush_log_at_trx_commit", 1},
     {"innodb_lock_wait_timeout", 50},
     {"log_bin", 1},
     {"log_slave_updates", 1},
     {"lower_case_table_names", 0},
     {"max_allowed_packet", 67'108'864},
     {"max_connections", 500},
     {"net_read_timeout", 30},
     {"net_write_timeout", 60},
     {"rpl_semi_sync_master_enabled", 0},
     {"rpl_semi_sync_master_timeout", 10'000},
     {"rpl_semi_sync_master_wait_no_slave", 1},
     {"rpl_semi_sync_slave_enabled", 0},
     {"slave_parallel_threads", 0},
     {"super_read_only", 0},
     {"sync_binlog", 1},
     {"unique_checks", 1},
     {"wait_timeout", 28'800}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> default_texts{
    {{"binlog_format", "ROW"},
     {"binlog_row_image", "FULL"},
     {"character_set_client", "utf8mb4"},
     {"character_set_connection", "utf8mb4"},
     {"character_set_results", "utf8mb4"},
     {"character_set_server", "utf8mb4"},
     {"collation_connection", "utf8mb4_bin"},
     {"collation_server", "utf8mb4_bin"},
     {"default_storage_engine", "InnoDB"},
     {"rpl_semi_sync_master_wait_point", "AFTER_COMMIT"},
     {"sql_mode", "STRICT_TRANS_TABLES"},
     {"storage_engine", "InnoDB"},
     {"time_zone", "+00:00"},
     {"tx_isolation", "REPEATABLE-READ"},
     {"version", "10.11.6-MariaDB-log"},
     {"version_comment", "shardlab"}}};

bool is_on(const Value& value) {
  const std::string text = sql::to_lower(value.text());
  return text == "on" || text == "true" || (text != "off" && text != "false" && is_true(value));
}

/// `2026-01-01 00:00:00`, from nanoseconds since 1970.
std::string datetime_text(std::int64_t now_ns) {
  const std::int64_t seconds = now_ns / 1'000'000'000;
  const std::int64_t day_seconds = seconds % 86'400;
  // Civil date from days, after Howard Hinnant's "chrono-compatible low-level date algorithms".
  const std::int64_t days = seconds / 86'400 + 719'468;
  const std::int64_t era = days / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_index + 2) / 5 + 1;
  const std::int64_t month = month_index < 10 ? month_index + 3 : month_index - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", year, month, day, day_seconds / 3600,
                     day_seconds / 60 % 60, day_seconds % 60);
}

/// The name and scope of `@@global.x`, `@@session.x`, `@@x`.
struct SystemName {
  std::string name;
  bool global = false;
};

SystemName system_name(std::string_view written) {
  SystemName system;
  std::string name = sql::to_lower(written.substr(2));
  if (name.starts_with("global.")) {
    system.global = true;
    name.erase(0, 7);
  } else if (name.starts_with("session.")) {
    name.erase(0, 8);
  } else if (name.starts_with("local.")) {
    name.erase(0, 6);
  }
  system.name = std::move(name);
  return system;
}

/// `ON`, `OFF` and other bare words are texts here, not columns.
Expr parse_set_value(sql::Tokens& tokens) {
  if (tokens.accept_word("on")) return Expr::literal(Value::of_text("ON"));
  Expr value = sql::parse_expression(tokens);
  if (value.kind == Expr::Kind::column) value = Expr::literal(Value::of_text(value.name));
  return value;
}

bool skip_harmless_set(sql::Tokens& tokens) {
  const bool names = tokens.at_word("names") || tokens.at_word("character");
  if (!names) return false;
  while (!tokens.at_end()) tokens.take();
  return true;
}

/// `TRANSACTION ISOLATION LEVEL READ COMMITTED`: whether reads are repeatable; none for other sets.
std::optional<bool> parse_isolation(sql::Tokens& tokens) {
  if (!tokens.at_word("transaction")) return std::nullopt;
  tokens.take();
  tokens.expect_word("isolation");
  tokens.expect_word("level");
  const bool repeatable = tokens.accept_word("repeatable");
  tokens.expect_word("read");
  if (!repeatable && !tokens.accept_word("committed")) {
    throw sql_error(1235, "isolation levels are READ COMMITTED and REPEATABLE READ");
  }
  tokens.expect_end();
  return repeatable;
}

}  // namespace

const std::map<std::string, Value, std::less<>>& default_variables() {
  static const std::map<std::string, Value, std::less<>> defaults = [] {
    std::map<std::string, Value, std::less<>> values;
    for (const auto& [name, number] : default_numbers) values.emplace(name, Value::of_int(number));
    for (const auto& [name, text] : default_texts) {
      values.emplace(name, Value::of_text(std::string(text)));
    }
    return values;
  }();
  return defaults;
}

std::optional<Value> default_variable(std::string_view name) {
  const auto found = default_variables().find(name);
  if (found == default_variables().end()) return std::nullopt;
  return found->second;
}

Outcome Engine::Impl::set(Session& session, std::string_view sql) {
  sql::Tokens tokens(sql);
  tokens.expect_word("set");
  if (skip_harmless_set(tokens)) return Outcome();
  bool global = false;
  do {
    if (tokens.accept_word("global")) global = true;
    if (tokens.accept_word("session") || tokens.accept_word("local")) global = false;
    if (skip_harmless_set(tokens)) return Outcome();
    if (const auto repeatable = parse_isolation(tokens)) {
      if (!global) session.repeatable_read = *repeatable;
      return Outcome();
    }
    const sql::Token target = tokens.take();
    if (!tokens.accept_symbol(":=")) tokens.expect_symbol("=");
    const Value value = evaluate(parse_set_value(tokens), lookup(session));
    if (target.raw.starts_with("@@")) {
      const SystemName system = system_name(target.raw);
      set_variable(session, system.name, system.global || global, value);
    } else if (target.raw.starts_with("@")) {
      session.user_variables[sql::to_lower(target.raw.substr(1))] = value;
    } else {
      set_variable(session, sql::to_lower(target.raw), global, value);
    }
  } while (tokens.accept_symbol(","));
  tokens.expect_end();
  return Outcome();
}

void Engine::Impl::set_variable(Session& session, std::string name, bool global,
                                const Value& value) {
  if (global) {
    if (!session.super) {
      throw sql_error(1227,
                      "Access denied; you need (at least one of) the SUPER privilege(s) for "
                      "this operation");
    }
    return set_global(name, value);
  }
  if (name == "autocommit") {
    if (is_on(value)) {
      const Outcome committed = commit(session);
      if (committed.error) throw *committed.error;
    }
    session.autocommit = is_on(value);
  } else if (name == "tx_isolation" || name == "transaction_isolation") {
    session.repeatable_read = sql::to_lower(value.text()) != "read-committed";
  } else if (name == "sql_log_bin") {
    session.log_bin = is_on(value);
  } else if (name == "read_only" || name.starts_with("gtid_slave_pos")) {
    throw sql_error(1229, fmt::format("Variable '{}' is a GLOBAL variable and should be set with "
                                      "SET GLOBAL",
                                      name));
  } else if (default_variable(name)) {
    session.variables[name] = value;
  } else {
    throw sql_error(1193, fmt::format("Unknown system variable '{}'", name));
  }
}

void Engine::Impl::set_global(const std::string& name, const Value& value) {
  if (name == "slave_parallel_threads" && is_on(value)) {
    throw sql_error(1235, "parallel appliers are not supported");
  }
  if (name == "read_only") {
    read_only = is_on(value);
  } else if (name == "gtid_slave_pos" || name == "gtid_binlog_state") {
    store.enter(applier, {});  // not the session's own transaction, which stays open
    const Position position = parse_position(value.text());
    if (name == "gtid_slave_pos") {
      binlog.set_slave_position(position);
    } else {
      binlog.set_base_position(position);
    }
    store.commit();
    binlog.committed();
  } else if (default_variable(name)) {
    const bool is_switch =
        default_variable(name)->type() == Type::int64 && !is_number(value.type());
    globals[name] = is_switch ? Value::of_int(is_on(value) ? 1 : 0) : value;
    if (name == "sync_binlog" || name == "innodb_flush_log_at_trx_commit") note_durability();
  } else {
    throw sql_error(1193, fmt::format("Unknown system variable '{}'", name));
  }
}

Value Engine::Impl::variable(Session& session, const std::string& written) const {
  if (written.starts_with("@@")) {
    const SystemName system = system_name(written);
    return system_variable(session, system.name, system.global);
  }
  const auto found = session.user_variables.find(sql::to_lower(written.substr(1)));
  return found == session.user_variables.end() ? Value::null() : found->second;
}

Value Engine::Impl::system_variable(Session& session, const std::string& name, bool global) const {
  const auto number = [](auto value) { return Value::of_int(static_cast<std::int64_t>(value)); };
  if (name == "read_only") return number(read_only);
  if (name == "server_id") return number(options.server_id);
  if (name == "gtid_binlog_pos") return Value::of_text(to_string(binlog.binlog_position()));
  if (name == "gtid_slave_pos") return Value::of_text(to_string(binlog.slave_position()));
  if (name == "gtid_current_pos") return Value::of_text(to_string(binlog.current_position()));
  if (name == "gtid_binlog_state") return Value::of_text(to_string(binlog.binlog_position()));
  if (name == "hostname") return Value::of_text(options.name);
  if (name == "autocommit") return number(session.autocommit);
  if (name == "sql_log_bin") return number(session.log_bin);
  if (name == "last_insert_id") return Value::of_uint(session.last_insert_id);
  if (!global) {
    const auto own = session.variables.find(name);
    if (own != session.variables.end()) return own->second;
  }
  const auto set = globals.find(name);
  if (set != globals.end()) return set->second;
  if (const auto value = default_variable(name)) return *value;
  throw sql_error(1193, fmt::format("Unknown system variable '{}'", name));
}

std::map<std::string, Value> Engine::Impl::all_variables(Session& session) const {
  std::map<std::string, Value> values;
  for (const auto& [name, value] : default_variables()) {
    values[name] = system_variable(session, name, false);
  }
  for (const char* name :
       {"read_only", "server_id", "gtid_binlog_pos", "gtid_slave_pos", "gtid_current_pos",
        "gtid_binlog_state", "hostname", "autocommit", "sql_log_bin"}) {
    values[name] = system_variable(session, name, false);
  }
  return values;
}

Value Engine::Impl::function(Session& session, const Expr& call) const {
  const std::string name = sql::to_lower(call.name);
  if (name == "database" || name == "schema") {
    return session.db.empty() ? Value::null() : Value::of_text(session.db);
  }
  if (name == "now" || name == "current_timestamp" || name == "utc_timestamp") {
    return Value(Type::datetime, datetime_text(now_ns));
  }
  if (name == "unix_timestamp" && call.args.empty()) return Value::of_int(now_ns / 1'000'000'000);
  if (name == "version") return system_variable(session, "version", true);
  if (name == "last_insert_id") return Value::of_uint(session.last_insert_id);
  if (name == "connection_id") return Value::of_uint(session.id);
  if (name == "user" || name == "current_user") return Value::of_text(session.user + "@%");
  throw sql_error(1305, fmt::format("FUNCTION {} does not exist", call.name));
}

Lookup Engine::Impl::lookup(Session& session) {
  return [this, &session](const Expr& expr) -> Value {
    if (expr.kind == Expr::Kind::variable) return variable(session, expr.name);
    if (expr.kind == Expr::Kind::function) return function(session, expr);
    throw sql_error(1054, fmt::format("Unknown column '{}' in 'field list'", expr.name));
  };
}

}  // namespace shardlab::fakes::mysql
