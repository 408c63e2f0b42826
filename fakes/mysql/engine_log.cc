#include <string>

#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

void require_super(const Session& session) {
  if (session.super) return;
  throw sql_error(1227,
                  "Access denied; you need (at least one of) the SUPER privilege(s) for this "
                  "operation");
}

Outcome texts(std::initializer_list<const char*> names) {
  Outcome outcome;
  for (const char* name : names) outcome.result.fields.emplace_back(name, Type::varchar);
  return outcome;
}

}  // namespace

void Engine::Impl::change_log(const std::function<void()>& change) {
  store.enter(applier, {});
  try {
    change();
    store.commit();
  } catch (const Error&) {
    store.abandon();
    binlog.abandoned();
    throw;
  }
  binlog.committed();
}

/// `RESET MASTER`, `FLUSH [BINARY] LOGS`, `PURGE BINARY LOGS TO 'bin.000002'`; false for others.
bool Engine::Impl::change_log(Session& session, sql::Tokens& tokens) {
  const auto binary_logs = [&] {
    if (!tokens.accept_word("binary")) tokens.expect_word("master");
    tokens.expect_word("logs");
  };
  if (tokens.accept_word("reset")) {
    tokens.expect_word("master");
    tokens.expect_end();
    require_super(session);
    change_log([&] { binlog.reset(); });
    return true;
  }
  if (tokens.accept_word("purge")) {
    binary_logs();
    if (tokens.accept_word("before")) throw sql_error(1235, "PURGE BEFORE is not supported");
    tokens.expect_word("to");
    const std::string name = tokens.expect_string();
    tokens.expect_end();
    require_super(session);
    change_log([&] { binlog.purge_files_before(name); });
    return true;
  }
  const std::string second = sql::to_lower(tokens.peek_second().raw);
  if (!tokens.at_word("flush") || (second != "binary" && second != "logs")) return false;
  tokens.take();
  tokens.accept_word("binary");
  tokens.expect_word("logs");
  tokens.expect_end();
  require_super(session);
  change_log([&] { binlog.rotate(); });
  return true;
}

/// `SHOW MASTER STATUS`, `SHOW BINARY LOGS`. A file's size, and a place in one, is counted in
/// transactions.
std::optional<Outcome> Engine::Impl::show_log(sql::Tokens& tokens) {
  const auto text = [](std::string value) { return Value::of_text(std::move(value)); };
  const std::uint64_t newest = sequence_of(binlog.binlog_position());
  const bool is_master = tokens.accept_word("master");
  if (is_master && tokens.accept_word("status")) {
    Outcome outcome = texts({"File", "Position", "Binlog_Do_DB", "Binlog_Ignore_DB"});
    outcome.result.rows.push_back(
        {text(binlog.files().back().name()), Value::of_uint(newest), text(""), text("")});
    return outcome;
  }
  if (!is_master && !tokens.accept_word("binary")) return std::nullopt;
  tokens.expect_word("logs");
  Outcome outcome = texts({"Log_name", "File_size"});
  const auto& files = binlog.files();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::uint64_t end = i + 1 < files.size() ? files[i + 1].base : newest;
    outcome.result.rows.push_back({text(files[i].name()), Value::of_uint(end - files[i].base)});
  }
  return outcome;
}

void Engine::Impl::note_durability() {
  const auto is_one = [&](const char* name) {
    const auto set = globals.find(name);
    return set == globals.end() || set->second.text() == "1";
  };
  store.sync_commits(is_one("sync_binlog") && is_one("innodb_flush_log_at_trx_commit"));
}

bool Engine::syncs_commits() const { return impl_->store.syncs_commits(); }

void Engine::sync_commits(bool sync) {
  impl_->globals["sync_binlog"] = Value::of_int(sync ? 1 : 0);
  impl_->watch([&] { impl_->note_durability(); });
}

std::uint64_t Engine::unsynced_commits() const { return impl_->store.unsynced_commits(); }

void Engine::sync() {
  impl_->watch([&] { impl_->store.sync(); });
}

void Engine::set_status(std::string name, std::string value) {
  impl_->status[std::move(name)] = std::move(value);
}

void Engine::purge_binlog(const Position& position) {
  impl_->watch([&] { impl_->change_log([&] { impl_->binlog.purge(position); }); });
}

}  // namespace shardlab::fakes::mysql
