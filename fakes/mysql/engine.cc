#include "fakes/mysql/engine.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "core/sql/parser.h"
#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

/// A cursor over a snapshot; the connection goes back to the store in the end.
class SnapshotCursor final : public RowCursor {
 public:
  SnapshotCursor(Engine::Impl& engine, SelectPlan plan)
      : engine_(engine),
        plan_(std::move(plan)),
        connection_(engine.store.open_snapshot()),
        query_(connection_->prepare(plan_.sql)) {
    query_->bind(plan_.binds);
  }
  ~SnapshotCursor() override {
    query_.reset();
    engine_.store.close_snapshot(std::move(connection_));
  }
  SnapshotCursor(const SnapshotCursor&) = delete;
  SnapshotCursor& operator=(const SnapshotCursor&) = delete;

  const std::vector<Field>& fields() const override { return plan_.fields; }

  RowList next(std::size_t most) override {
    RowList rows(plan_.fields);
    RowWriter writer(rows);
    engine_.watch([&] {
      while (!at_end_ && rows.size() < most) {
        at_end_ = !query_->next();
        if (!at_end_) plan_.write_row(*query_, writer);
      }
    });
    return rows;
  }

 private:
  Engine::Impl& engine_;
  SelectPlan plan_;
  std::unique_ptr<Connection> connection_;
  std::optional<Query> query_;
  bool at_end_ = false;
};

/// Rows that are known already: a SELECT without a table, or a SHOW.
class ReadyCursor final : public RowCursor {
 public:
  explicit ReadyCursor(QueryResult result) : result_(std::move(result)) {}

  const std::vector<Field>& fields() const override { return result_.fields; }

  RowList next(std::size_t most) override {
    RowList rows(result_.fields);
    for (; place_ < result_.rows.size() && rows.size() < most; ++place_) {
      rows.push_back(result_.rows[place_]);
    }
    return rows;
  }

 private:
  QueryResult result_;
  std::size_t place_ = 0;
};

}  // namespace

Engine::Impl::Impl(sim::Disk& disk, EngineOptions engine_options)
    : disk(disk),
      options(std::move(engine_options)),
      store(disk, options.name),
      binlog(store, options.server_id),
      catalogue(store),
      read_only(options.read_only) {}

Session& Engine::Impl::session(SessionId id) {
  const auto found = sessions.find(id);
  if (found == sessions.end()) throw sql_error(2006, "MySQL server has gone away");
  return found->second;
}

namespace {

Outcome deadlock() {
  Outcome outcome;
  outcome.error =
      sql_error(1213, "Deadlock found when trying to get lock; try restarting transaction");
  return outcome;
}

}  // namespace

Outcome Engine::Impl::guarded(Session& session, const std::function<Outcome()>& body) {
  for (;;) {  // ends: each round but the last rolls another session back
    session.waits_for = 0;
    if (std::exchange(session.is_victim, false)) return deadlock();
    Outcome outcome;
    try {
      return watched(body);
    } catch (const LockWait& wait) {
      outcome.blocked_by = wait.by;
    } catch (const Error& error) {
      outcome.error = as_sql_error(error);
    }
    if (outcome.blocked_by == 0) return outcome;
    outcome = wait_or_deadlock(session, outcome.blocked_by);
    if (!outcome.ok()) return outcome;
  }
}

/// A wait that closes a circle makes the session with the fewest changes the victim, the one that
/// closed it among equals. The outcome is `ok()` when that was another one, and the way free.
Outcome Engine::Impl::wait_or_deadlock(Session& session, SessionId by) {
  session.waits_for = by;
  Session* victim = lightest_in_circle(session, by);
  Outcome outcome;
  outcome.blocked_by = by;
  if (!victim) return outcome;
  ++deadlocks;
  rollback(*victim);
  if (victim == &session) return deadlock();
  victim->is_victim = true;
  return Outcome();
}

/// Null when following who waits for whom does not lead back to the session.
Session* Engine::Impl::lightest_in_circle(Session& session, SessionId by) {
  Session* lightest = &session;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    if (by == session.id) return lightest;
    const auto found = sessions.find(by);
    if (found == sessions.end() || found->second.waits_for == 0) return nullptr;
    if (found->second.changes.size() < lightest->changes.size()) lightest = &found->second;
    by = found->second.waits_for;
  }
  return nullptr;
}

Outcome Engine::Impl::run(Session& session, std::string_view sql) {
  using Kind = sql::StatementKind;
  switch (sql::statement_kind(sql)) {
    case Kind::select:
    case Kind::insert:
    case Kind::replace:
    case Kind::update:
    case Kind::delete_: return run_data_statement(session, sql);
    case Kind::show: return show(session, sql);
    case Kind::set: return set(session, sql);
    case Kind::ddl: return ddl(session, sql, nullptr);
    default: return run_other(session, sql);
  }
}

namespace {

/// What begins a statement of MySQL, although none of ours.
bool is_statement_word(std::string_view word) {
  constexpr std::array<std::string_view, 20> words{
      "analyze", "call",  "change",  "check",  "deallocate", "do",   "execute",
      "explain", "grant", "handler", "kill",   "load",       "lock", "optimize",
      "prepare", "purge", "repair",  "revoke", "with",       "xa"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view known) { return sql::is_keyword(word, known); });
}

}  // namespace

Outcome Engine::Impl::run_data_statement(Session& session, std::string_view sql) {
  sql::Statement statement = sql::parse(sql);
  if (auto* insert_node = std::get_if<sql::Insert>(&statement.node)) {
    return insert(session, *insert_node);
  }
  if (auto* update_node = std::get_if<sql::Update>(&statement.node)) {
    return update(session, std::move(*update_node));
  }
  if (auto* delete_node = std::get_if<sql::Delete>(&statement.node)) {
    return remove(session, std::move(*delete_node));
  }
  return select(session, std::move(std::get<sql::Select>(statement.node)));
}

Outcome Engine::Impl::run_other(Session& session, std::string_view sql) {
  sql::Tokens tokens(sql);
  if (tokens.at_end() || tokens.at_symbol(";")) throw sql_error(1065, "Query was empty");
  if (tokens.accept_word("begin") || tokens.accept_word("start")) return begin(session, tokens);
  if (tokens.accept_word("commit")) return commit(session);
  if (tokens.accept_word("rollback")) return rollback(session, tokens);
  if (tokens.accept_word("savepoint")) return savepoint(session, tokens);
  if (tokens.accept_word("release")) return release_savepoint(session, tokens);
  if (tokens.accept_word("use")) {
    std::string db = tokens.expect_name();
    catalogue.database(db);
    session.db = std::move(db);
    return Outcome();
  }
  if (change_log(session, tokens)) return Outcome();
  if (tokens.accept_word("flush")) {
    const bool read_lock = tokens.accept_word("tables") && tokens.accept_word("with");
    if (read_lock && read_lock_holder != 0 && read_lock_holder != session.id) {
      throw LockWait{read_lock_holder};
    }
    if (read_lock) read_lock_holder = session.id;
    return Outcome();
  }
  if (tokens.accept_word("unlock")) {
    tokens.expect_word("tables");
    if (read_lock_holder == session.id) {
      read_lock_holder = 0;
      if (release_listener) release_listener();
    }
    return Outcome();
  }
  if (!is_statement_word(tokens.peek().raw)) tokens.fail();
  throw sql_error(1235, fmt::format("{} is not supported; supported are SELECT, INSERT, REPLACE, "
                                    "UPDATE, DELETE, SET, SHOW, USE, transactions and DDL",
                                    tokens.peek().raw));
}

Engine::Engine(sim::Disk& disk, EngineOptions options)
    : impl_(std::make_unique<Impl>(disk, std::move(options))) {
  impl_->applier = open_session("root");
}

Engine::~Engine() {
  for (auto& [id, session] : impl_->sessions) {
    if (session.snapshot) impl_->store.close_snapshot(std::move(session.snapshot));
  }
}

SessionId Engine::open_session(std::string user) {
  const SessionId id = impl_->next_session++;
  Session& session = impl_->sessions[id];
  session.id = id;
  session.super = user == "dba" || user == "root";
  session.user = std::move(user);
  return id;
}

void Engine::close_session(SessionId id) {
  Session& session = impl_->session(id);
  if (impl_->read_lock_holder == id) impl_->read_lock_holder = 0;
  if (!impl_->broken) impl_->watch([&] { impl_->rollback(session); });
  impl_->sessions.erase(id);
}

Outcome Engine::execute(SessionId id, std::string_view sql, std::int64_t now_ns) {
  impl_->set_time(now_ns);
  Session& session = impl_->session(id);
  return impl_->guarded(session, [&] { return impl_->run(session, sql); });
}

Outcome Engine::lock_wait_timeout(SessionId id) {
  Session& session = impl_->session(id);
  session.waits_for = 0;
  if (std::exchange(session.is_victim, false)) return deadlock();
  ++impl_->lock_wait_timeouts;
  Outcome outcome;
  outcome.error = sql_error(1205, "Lock wait timeout exceeded; try restarting transaction");
  return outcome;
}

void Engine::on_release(std::function<void()> listener) {
  impl_->release_listener = std::move(listener);
}

std::unique_ptr<RowCursor> Engine::open_cursor(SessionId id, std::string_view sql,
                                               std::int64_t now_ns) {
  Session& session = impl_->session(id);
  try {
    sql::Statement statement;
    const bool is_select = sql::statement_kind(sql) == sql::StatementKind::select;
    if (is_select) statement = sql::parse(sql);
    auto* select = std::get_if<sql::Select>(&statement.node);
    if (!is_select || !select->from) {
      Outcome outcome = execute(id, sql, now_ns);
      if (outcome.error) throw *outcome.error;
      return std::make_unique<ReadyCursor>(std::move(outcome.result));
    }
    impl_->set_time(now_ns);
    if (const ViewPtr view = impl_->catalogue.find_view(*select->from, session.db)) {
      *select = read_through(*view, std::move(*select));
    }
    const TablePtr table = impl_->catalogue.table(*select->from, session.db);
    if (select->where) fold_constants(*select->where, impl_->lookup(session));
    return impl_->watched(
        [&] { return std::make_unique<SnapshotCursor>(*impl_, plan_select(*select, *table)); });
  } catch (const Error& error) {
    throw as_sql_error(error);
  }
}

std::optional<Position> Engine::snapshot_position(SessionId id) const {
  const Session& session = impl_->session(id);
  if (!session.snapshot) return std::nullopt;
  return session.snapshot_position;
}

Outcome Engine::apply(const BinlogTransaction& transaction, std::int64_t now_ns) {
  impl_->set_time(now_ns);
  Session& session = impl_->session(impl_->applier);
  return impl_->guarded(session, [&] { return impl_->apply(transaction); });
}

std::vector<std::string> Engine::encoded_entries_after(const Position& position, std::size_t most) {
  return impl_->watched([&] { return impl_->binlog.encoded_entries_after(position, most); });
}

std::vector<BinlogTransaction> Engine::entries_after(const Position& position, std::size_t most) {
  std::vector<BinlogTransaction> transactions;
  for (const std::string& entry : encoded_entries_after(position, most)) {
    transactions.push_back(decode_entry(entry));
  }
  return transactions;
}

std::optional<std::vector<BinlogTransaction>> Engine::recent_entries_after(
    const Position& position) const {
  const auto entries = impl_->binlog.recent_entries_after(position);
  if (!entries) return std::nullopt;
  std::vector<BinlogTransaction> transactions;
  for (const std::string& entry : *entries) transactions.push_back(decode_entry(entry));
  return transactions;
}

Position Engine::binlog_position() const { return impl_->binlog.binlog_position(); }
Position Engine::slave_position() const { return impl_->binlog.slave_position(); }
Position Engine::current_position() const { return impl_->binlog.current_position(); }
std::uint32_t Engine::server_id() const { return impl_->options.server_id; }
bool Engine::read_only() const { return impl_->read_only; }
void Engine::set_read_only(bool read_only) { impl_->read_only = read_only; }

std::string Engine::global_variable(std::string_view name) const {
  const auto found = impl_->globals.find(name);
  if (found != impl_->globals.end()) return found->second.text();
  const auto value = default_variable(name);
  return value ? value->text() : "";
}

std::string Engine::note(std::string_view name) {
  return impl_->watched([&] { return impl_->store.state(fmt::format("note.{}", name)); });
}

void Engine::set_note(std::string_view name, std::string_view text) {
  impl_->watch([&] {
    impl_->store.enter(impl_->applier, {});
    impl_->store.set_state(fmt::format("note.{}", name), text);
    impl_->store.commit();
  });
}

void Engine::checkpoint() {
  impl_->watch([&] { impl_->store.checkpoint(); });
}

void Engine::follow(const Engine* running) {
  impl_->watch([&] {
    impl_->store.follow(running ? &running->impl_->store : nullptr);
    impl_->binlog.reload();
    impl_->catalogue.reload();
  });
}

bool Engine::has_open_transaction(SessionId id) const { return impl_->session(id).in_transaction; }

Position Engine::oldest_position() const { return impl_->binlog.base_position(); }

bool Engine::is_waited_for(SessionId id) const {
  return std::ranges::any_of(impl_->sessions,
                             [&](const auto& entry) { return entry.second.waits_for == id; });
}

std::uint64_t Engine::deadlocks() const { return impl_->deadlocks; }
std::uint64_t Engine::lock_wait_timeouts() const { return impl_->lock_wait_timeouts; }

std::size_t Engine::open_sessions() const { return impl_->sessions.size() - 1; }

}  // namespace shardlab::fakes::mysql
