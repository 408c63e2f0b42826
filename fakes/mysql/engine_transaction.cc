#include <algorithm>
#include <fmt/format.h>

#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {

WriteScope::WriteScope(Engine::Impl& engine, Session& session)
    : engine_(engine), session_(session), mark_(session.changes.size()) {
  engine_.require_writable(session);
  if (!session.may_write) {
    throw sql_error(1792, "Cannot execute statement in a READ ONLY transaction");
  }
  if (!session.autocommit) session.in_transaction = true;
  inside_transaction_ = session.in_transaction;
  engine_.store.enter(session.id, session.changes);
  if (inside_transaction_) engine_.store.savepoint();
}

WriteScope::~WriteScope() {
  if (kept_) return;
  session_.changes.resize(mark_);
  engine_.binlog.abandoned();
  if (inside_transaction_) {
    engine_.store.rollback_to_savepoint();
  } else {
    engine_.store.abandon();
    engine_.release_locks(session_);
  }
}

void WriteScope::keep(Outcome& outcome) {
  if (inside_transaction_) {
    engine_.store.release();
  } else {
    engine_.commit_changes(session_, outcome);
  }
  kept_ = true;
}

void Engine::Impl::require_writable(const Session& session) const {
  if (read_only && !session.super) {
    throw sql_error(1290,
                    "The MariaDB server is running with the --read-only option so it cannot "
                    "execute this statement");
  }
  if (read_lock_holder == session.id && session.id != 0) {
    throw sql_error(1223, "Can't execute the query because you have a conflicting read lock");
  }
  if (read_lock_holder != 0) throw LockWait{read_lock_holder};
}

Outcome Engine::Impl::begin(Session& session, sql::Tokens& tokens) {
  tokens.accept_word("transaction");
  tokens.accept_word("work");
  bool snapshot = false;
  bool may_write = true;
  if (tokens.accept_word("with")) {
    tokens.expect_word("consistent");
    tokens.expect_word("snapshot");
    snapshot = true;
  } else if (tokens.accept_word("read")) {
    may_write = !tokens.accept_word("only");
    if (may_write) tokens.expect_word("write");
  }
  tokens.expect_end();
  Outcome outcome = commit(session);
  if (!outcome.ok()) return outcome;
  session.in_transaction = true;
  session.may_write = may_write;
  if (snapshot) take_snapshot(session);
  return outcome;
}

void Engine::Impl::take_snapshot(Session& session) {
  session.snapshot = store.open_snapshot();
  session.snapshot_position = binlog.binlog_position();
  session.snapshot_commits = commits;
}

Outcome Engine::Impl::commit(Session& session) {
  Outcome outcome;
  if (session.changes.empty()) {
    end_transaction(session);
    return outcome;
  }
  if (read_only && !session.super) {
    rollback(session);
    require_writable(session);
  }
  require_writable(session);
  store.enter(session.id, session.changes);
  commit_changes(session, outcome);
  return outcome;
}

/// The write transaction holds exactly the session's changes. On an error nothing is committed.
void Engine::Impl::commit_changes(Session& session, Outcome& outcome) {
  Position committed;
  try {
    if (session.log_bin && !session.changes.empty()) {
      BinlogDraft draft;
      draft.timestamp_ns = now_ns;
      draft.changes = &session.changes;
      committed = binlog.append(std::move(draft));
    }
    store.commit();
  } catch (const Error&) {
    binlog.abandoned();
    end_transaction(session);
    throw;
  }
  binlog.committed();
  ++commits;
  outcome.committed = committed;
  outcome.committed_rows = session.changes.size();
  session.changes.clear();
  end_transaction(session);
}

Outcome Engine::Impl::rollback(Session& session) {
  end_transaction(session);
  return Outcome();
}

/// `ROLLBACK`, or `ROLLBACK TO SAVEPOINT x`.
Outcome Engine::Impl::rollback(Session& session, sql::Tokens& tokens) {
  tokens.accept_word("work");
  if (!tokens.accept_word("to")) {
    tokens.expect_end();
    return rollback(session);
  }
  tokens.accept_word("savepoint");
  const auto found = find_savepoint(session, tokens.expect_name());
  tokens.expect_end();
  session.changes.resize(found->changes);
  session.savepoints.erase(found + 1, session.savepoints.end());
  store.abandon_if_of(session.id);  // what is left is replayed when it is needed
  return Outcome();
}

std::vector<Session::Savepoint>::iterator Engine::Impl::find_savepoint(Session& session,
                                                                       const std::string& name) {
  const std::string wanted = sql::to_lower(name);
  const auto found =
      std::find_if(session.savepoints.begin(), session.savepoints.end(),
                   [&](const Session::Savepoint& point) { return point.name == wanted; });
  if (found != session.savepoints.end()) return found;
  throw sql_error(1305, fmt::format("SAVEPOINT {} does not exist", name));
}

Outcome Engine::Impl::savepoint(Session& session, sql::Tokens& tokens) {
  const std::string name = sql::to_lower(tokens.expect_name());
  tokens.expect_end();
  if (!session.in_transaction && session.autocommit) return Outcome();
  std::erase_if(session.savepoints,
                [&](const Session::Savepoint& point) { return point.name == name; });
  session.savepoints.push_back({name, session.changes.size()});
  return Outcome();
}

Outcome Engine::Impl::release_savepoint(Session& session, sql::Tokens& tokens) {
  tokens.expect_word("savepoint");
  const auto found = find_savepoint(session, tokens.expect_name());
  tokens.expect_end();
  session.savepoints.erase(found, session.savepoints.end());
  return Outcome();
}

void Engine::Impl::end_transaction(Session& session) {
  store.abandon_if_of(session.id);
  session.changes.clear();
  session.savepoints.clear();
  session.in_transaction = false;
  session.may_write = true;
  session.waits_for = 0;
  if (session.snapshot) store.close_snapshot(std::move(session.snapshot));
  session.snapshot.reset();
  release_locks(session);
}

void Engine::Impl::release_locks(Session& session) {
  if (locks.release_all(session.id) && release_listener) release_listener();
}

void Engine::Impl::lock(Session& session, const std::string& key) {
  if (const auto by = locks.blocker(key, session.id)) throw LockWait{*by};
  if (session.keeps_locks()) locks.take(key, session.id);
}

void Engine::Impl::lock_choices(Session& session, const Table& table, const KeyPins& pins) {
  if (!session.keeps_locks() && !locks.others_hold_any(session.id)) return;
  for (const KeyChoice& choice : pins.choices) {
    Cells leading;
    for (const auto& cell : choice) {
      if (!cell) break;
      leading.push_back(*cell);
    }
    lock(session, primary_lock(table, leading));
  }
}

void Engine::Impl::lock_row(Session& session, const Table& table, const Cells& row) {
  if (!session.keeps_locks() && !locks.others_hold_any(session.id)) return;
  lock(session, row_lock(table, row));
  for (const std::string& key : unique_locks(table, row)) lock(session, key);
}

}  // namespace shardlab::fakes::mysql
