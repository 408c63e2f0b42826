#include "fakes/mysql/server.h"

#include <charconv>
#include <fmt/format.h>

#include "core/sql/parser.h"
#include "core/sql/result_codec.h"
#include "fakes/mysql/binlog_codec.h"
#include "fakes/mysql/cell.h"
#include "fakes/mysql/events.h"
#include "fakes/mysql/sql_error.h"
#include "sim/world.h"

namespace shardlab::fakes::mysql {
namespace {

template <class Message>
Message decode(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) {
    throw Error(Errc::corrupt, "undecodable " + message.GetTypeName());
  }
  return message;
}

EngineOptions engine_options(const sim::Process& process, const ServerOptions& options) {
  EngineOptions engine;
  engine.name = fmt::format("mysql-{:010}-{}", options.server_id, process.id());
  engine.server_id = options.server_id;
  engine.read_only = options.read_only;
  return engine;
}

Error lost_connection() {
  return Error(Errc::outcome_unknown, "Lost connection to MySQL server during query", 2013);
}

/// `SET GLOBAL read_only = ON`, whether it changes something or not.
bool is_about_read_only(const std::string& sql) {
  return sql::statement_kind(sql) == sql::StatementKind::set &&
         sql::to_lower(sql).find("read_only") != std::string::npos;
}

/// The arguments of `SELECT MASTER_GTID_WAIT('0-100-5', 1.500)`; none for other statements.
struct GtidWait {
  std::string position;
  std::optional<Duration> timeout;
};

std::optional<GtidWait> parse_gtid_wait(const std::string& sql) {
  if (sql::statement_kind(sql) != sql::StatementKind::select) return std::nullopt;
  const std::string lower = sql::to_lower(sql);
  if (lower.find("master_gtid_wait") == std::string::npos) return std::nullopt;
  const auto select = std::get<sql::Select>(sql::parse(sql).node);
  const sql::Expr& call = select.items.front().expr;
  if (call.kind != sql::Expr::Kind::function || call.args.empty()) return std::nullopt;
  GtidWait wait;
  wait.position = call.args[0].value.text();
  if (call.args.size() > 1) {
    const CutNumber ns = cut_number(call.args[1].value.text(), 9);
    if (ns.floor >= 0) wait.timeout = Duration(static_cast<std::int64_t>(ns.floor));
  }
  return wait;
}

}  // namespace

MysqlServer::MysqlServer(sim::Process& process, sim::Disk& disk, ServerOptions options)
    : process_(process),
      options_(options),
      engine_(disk, engine_options(process, options)),
      replication_(
          process, engine_, released_,
          [this](const BinlogTransaction& transaction, const Outcome& outcome) {
            applied(transaction, outcome);
          },
          options.disturbances),
      semi_sync_(
          engine_, [this] { return now(); },
          [this](bool on) {
            SemiSyncSwitched event;
            event.on = on;
            process_.emit(event);
          }) {
  engine_.on_release([this] { released_.notify_all(); });
  engine_.on_broken([this](const Error& error) {
    ServerAborted event;
    event.error = error.message();
    process_.emit(event);
    ended_.set();
  });
}

Task<> MysqlServer::run() {
  process_.listen(options_.port, *this);
  co_await ended_.wait();
}

Task<> MysqlServer::wait_for_disk(Duration writing) {
  if (engine_.broken()) co_await never_.wait();
  const Duration took = writing + engine_.take_delay();
  if (took > Duration()) co_await sleep_until(now() + took);
}

TimePoint MysqlServer::now() const { return process_.world().now(); }

MysqlServer::ConnectionPtr MysqlServer::find(std::uint64_t connection) const {
  const auto found = connections_.find(connection);
  if (found == connections_.end() || !found->second->open) {
    throw Error(Errc::unavailable, "MySQL server has gone away", 2006);
  }
  return found->second;
}

Task<std::string> MysqlServer::handle(std::string method, std::string request) {
  if (method == "Acknowledge") {
    semi_sync_.acknowledged(parse_position(decode<Acknowledgement>(request).position()));
    co_return "";
  }
  if (method != "Query") throw Error(Errc::unsupported, "mysqld: unknown method " + method);
  const auto query = decode<QueryRequest>(request);
  ConnectionPtr connection = find(query.connection());
  auto turn = co_await connection->turn.lock();
  auto outcome = co_await execute(connection, query.sql());
  if (!connection->open) throw lost_connection();
  if (outcome.error) throw *outcome.error;
  co_return sql::encode(outcome.result);
}

Task<> MysqlServer::handle_stream(std::string method, std::string request,
                                  std::shared_ptr<sim::ServerStream> stream) {
  auto ended = co_await capture(serve(std::move(method), std::move(request), std::move(stream)));
  if (engine_.broken()) co_await never_.wait();
  if (!ended) throw ended.error();
}

Task<> MysqlServer::serve(std::string method, std::string request,
                          std::shared_ptr<sim::ServerStream> stream) {
  if (method == "Connect") {
    auto connect = decode<ConnectRequest>(request);
    co_await serve_connection(std::move(connect), std::move(stream));
  } else if (method == "StreamRows") {
    auto query = decode<QueryRequest>(request);
    co_await stream_rows(std::move(query), std::move(stream));
  } else if (method == "BinlogDump") {
    auto dump = decode<DumpRequest>(request);
    co_await dump_binlog(std::move(dump), std::move(stream));
  } else {
    throw Error(Errc::unsupported, "mysqld: unknown method " + method);
  }
}

Task<> MysqlServer::serve_connection(ConnectRequest request,
                                     std::shared_ptr<sim::ServerStream> stream) {
  auto connection = std::make_shared<Connection>();
  connection->user = request.user();
  connection->session = engine_.open_session(request.user());
  // No connection of an earlier incarnation may find itself in this one.
  connection->id = (std::uint64_t{process_.incarnation()} << 32) | connection->session;
  connections_[connection->id] = connection;
  ConnectReply reply;
  reply.set_connection(connection->id);
  std::optional<Error> error;
  try {
    co_await stream->send(reply.SerializeAsString());
    co_await connection->killed.wait_or_cancelled();  // cancelled: the client has closed
  } catch (const std::exception&) {
    error = current_error();
  }
  connection->open = false;
  connections_.erase(connection->id);
  engine_.close_session(connection->session);
  released_.notify_all();  // its own statement, if one waits, must notice
  if (error) throw *error;
}

void MysqlServer::kill(Connection& connection) {
  connection.open = false;
  connection.killed.set();
}

std::size_t MysqlServer::drop_connections() {
  for (const auto& [id, connection] : connections_) kill(*connection);
  return connections_.size();
}

bool MysqlServer::set_read_only(bool read_only) {
  ++read_only_changes_;
  if (engine_.read_only() == read_only) return false;
  engine_.set_read_only(read_only);
  tell_read_only();
  return true;
}

void MysqlServer::tell_read_only() {
  ReadOnlyChanged event;
  event.read_only = engine_.read_only();
  process_.emit(event);
}

std::optional<Outcome> MysqlServer::disturbed(Connection& connection, const std::string& sql) {
  const auto kind = sql::statement_kind(sql);
  const bool is_dml = kind == sql::StatementKind::select || kind == sql::StatementKind::insert ||
                      kind == sql::StatementKind::update || kind == sql::StatementKind::delete_;
  Outcome outcome;
  if (is_dml && options_.disturbances->take(Disturbance::kill_query)) {
    outcome.error = sql_error(1317, "Query execution was interrupted");
    return outcome;
  }
  if (kind != sql::StatementKind::commit) return std::nullopt;
  if (!options_.disturbances->take(Disturbance::cut_before_commit)) return std::nullopt;
  kill(connection);
  return outcome;
}

void MysqlServer::disturbed_after(Connection& connection, const Outcome& outcome) {
  constexpr int is_read_only = 1290;
  if (outcome.error && outcome.error->sql_errno() == is_read_only) {
    options_.disturbances->count(Disturbance::refuse_write);
  }
  if (!outcome.committed) return;
  if (options_.disturbances->take(Disturbance::cut_after_commit)) kill(connection);
}

Task<Outcome> MysqlServer::execute(ConnectionPtr connection, std::string sql) {
  bool handled = false;
  Outcome replication = replication_statement(*connection, sql, &handled);
  if (handled) {
    co_await wait_for_disk(Duration());
    co_return replication;
  }
  if (parse_gtid_wait(sql)) {
    auto waited = co_await gtid_wait(std::move(sql));
    co_return waited;
  }
  if (options_.disturbances) {
    auto instead = disturbed(*connection, sql);
    if (instead) co_return std::move(*instead);
  }
  const bool was_read_only = engine_.read_only();
  auto outcome = co_await execute_with_waits(connection, sql);
  if (sql::statement_kind(sql) == sql::StatementKind::set) {
    semi_sync_.variables_changed();
    follow_durability();
  }
  if (is_about_read_only(sql)) ++read_only_changes_;
  if (engine_.read_only() != was_read_only) tell_read_only();
  publish(connection->user, sql, outcome);
  Duration writing{};
  if (outcome.committed) {
    writing = 100us + 10us * process_.world().choices().draw("mysql.commit", 64);
  }
  co_await wait_for_disk(writing);
  if (outcome.committed && semi_sync_.is_enabled()) {
    co_await semi_sync_.wait_for_ack(outcome.committed);
  }
  if (options_.disturbances) disturbed_after(*connection, outcome);
  co_return outcome;
}

/// A statement that meets a row lock is run again after each release, for at most the wait timeout.
Task<Outcome> MysqlServer::execute_with_waits(ConnectionPtr connection, std::string sql) {
  std::int64_t seconds = 50;
  const std::string timeout = engine_.global_variable("innodb_lock_wait_timeout");
  std::from_chars(timeout.data(), timeout.data() + timeout.size(), seconds);
  const TimePoint deadline = now() + std::chrono::seconds(seconds);
  for (;;) {
    if (!connection->open) throw lost_connection();
    Outcome outcome = engine_.execute(connection->session, sql, to_ns(now()));
    if (outcome.blocked_by == 0) co_return outcome;
    bool released = co_await released_.wait_until(deadline);
    if (!released && connection->open) co_return engine_.lock_wait_timeout(connection->session);
  }
}

Task<Outcome> MysqlServer::gtid_wait(std::string sql) {
  const auto wait = parse_gtid_wait(sql);
  constexpr Duration for_ever = 24h;
  std::string position = wait->position;
  const Duration timeout = wait->timeout.value_or(for_ever);
  auto reached = co_await replication_.wait_for_position(std::move(position), timeout);
  Outcome outcome;
  outcome.result.fields.emplace_back("MASTER_GTID_WAIT", Type::int64);
  outcome.result.rows.push_back(Row{Value::of_int(reached ? 0 : -1)});
  co_return outcome;
}

Outcome MysqlServer::replication_statement(const Connection& connection, const std::string& sql,
                                           bool* handled) {
  Outcome outcome;
  try {
    const auto first = sql::statement_kind(sql);
    if (first == sql::StatementKind::set && replication_.is_running() &&
        sql::to_lower(sql).find("gtid_slave_pos") != std::string::npos) {
      *handled = true;
      throw running_slave();
    }
    if (first != sql::StatementKind::other && first != sql::StatementKind::show) return outcome;
    if (!Replication::is_statement(sql)) return outcome;
    *handled = true;
    if (connection.user != "dba" && connection.user != "root") {
      throw sql_error(1227,
                      "Access denied; you need (at least one of) the SUPER privilege(s) for this "
                      "operation");
    }
    auto result = replication_.statement(sql);
    outcome.result = std::move(*result);
  } catch (const Error& error) {
    *handled = true;
    outcome.error = as_sql_error(error);
  }
  return outcome;
}

void MysqlServer::publish(const std::string& user, const std::string& sql, const Outcome& outcome) {
  if (!outcome.ok()) return;
  if (sql::statement_kind(sql) == sql::StatementKind::ddl) {
    SchemaChanged event;
    event.user = user;
    event.gtid = to_string(outcome.committed);
    event.statement = sql;
    process_.emit(event);
  } else if (outcome.committed_rows > 0) {
    TransactionCommitted event;
    event.user = user;
    event.gtid = to_string(outcome.committed);
    event.rows = outcome.committed_rows;
    process_.emit(event);
  }
  if (outcome.committed) logged_.notify_all();
}

void MysqlServer::applied(const BinlogTransaction& transaction, const Outcome& outcome) {
  if (!transaction.ddl.empty()) {
    publish("replication", transaction.ddl, outcome);
    return;
  }
  TransactionCommitted event;
  event.user = "replication";
  event.gtid = transaction.gtid;
  event.rows = outcome.committed_rows;
  process_.emit(event);
  logged_.notify_all();
}

namespace {

/// A server that found its disk unusable.
class FailedStart final : public sim::Program {
 public:
  FailedStart(sim::Process& process, std::string error)
      : process_(process), error_(std::move(error)) {}

  Task<> run() override {
    ServerAborted event;
    event.error = error_;
    process_.emit(event);
    co_return;
  }

 private:
  sim::Process& process_;
  std::string error_;
};

}  // namespace

std::unique_ptr<sim::Program> mysqld_program(sim::Process& process, sim::Disk& disk,
                                             ServerOptions options) {
  try {
    return std::make_unique<MysqlServer>(process, disk, options);
  } catch (const Error& error) {
    return std::make_unique<FailedStart>(process, error.message());
  } catch (const BugError& bug) {
    if (disk.is_honest()) throw;
    return std::make_unique<FailedStart>(process, bug.what());
  }
}

}  // namespace shardlab::fakes::mysql
