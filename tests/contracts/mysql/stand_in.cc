#include "tests/contracts/mysql/stand_in.h"

#include <algorithm>

namespace shardlab::contracts {
namespace {

using fakes::mysql::Outcome;

Reply reply_of(const Outcome& outcome) {
  Reply reply;
  reply.waits = outcome.blocked_by != 0;
  if (outcome.error) {
    reply.error = outcome.error->sql_errno();
    reply.message = outcome.error->message();
    return reply;
  }
  reply.fields = outcome.result.fields;
  for (const Row& row : outcome.result.rows) reply.rows.push_back(row);
  reply.affected = outcome.result.rows_affected;
  reply.insert_id = outcome.result.insert_id;
  return reply;
}

Reply lost_connection(int number) {
  Reply reply;
  reply.error = number;
  return reply;
}

}  // namespace

void StandIn::begin_case() {
  waiting_.clear();
  sessions_.clear();
  engine_.reset();
  disk_ = std::make_unique<sim::Disk>();
  engine_ = std::make_unique<fakes::mysql::Engine>(*disk_, fakes::mysql::EngineOptions());
  now_ns_ = 1'767'225'600'000'000'000;
  run("dba", "CREATE DATABASE ks");
  run("dba", "USE ks");
}

StandIn::Session& StandIn::session(const std::string& name) {
  const auto [entry, is_new] = sessions_.try_emplace(name);
  if (is_new) {
    entry->second.id = engine_->open_session(name == "dba" ? "dba" : "app");
    engine_->execute(entry->second.id, "USE ks", now_ns_);
  }
  return entry->second;
}

Reply StandIn::run(const std::string& name, const std::string& sql) {
  const Session& used = session(name);
  if (used.gone) return lost_connection(2006);
  return reply_of(engine_->execute(used.id, sql, ++now_ns_));
}

Reply StandIn::execute(const std::string& name, const std::string& sql) {
  Reply reply = run(name, sql);
  if (reply.waits) waiting_.push_back({name, sql});
  return reply;
}

std::vector<LateReply> StandIn::late_replies() {
  std::vector<LateReply> replies;
  for (std::size_t i = 0; i < waiting_.size();) {
    Reply reply = run(waiting_[i].session, waiting_[i].sql);
    if (reply.waits) {
      ++i;
      continue;
    }
    replies.push_back({waiting_[i].session, std::move(reply)});
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    i = 0;  // what it did may let another one on
  }
  std::sort(replies.begin(), replies.end(), [](const LateReply& left, const LateReply& right) {
    return left.session < right.session;
  });
  return replies;
}

void StandIn::stop_waiting(const std::string& name) {
  std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.session == name; });
}

Reply StandIn::let_time_out(const std::string& name) {
  stop_waiting(name);
  return reply_of(engine_->lock_wait_timeout(session(name).id));
}

std::optional<Reply> StandIn::kill(const std::string& name) {
  Session& killed = session(name);
  const std::size_t before = waiting_.size();
  stop_waiting(name);
  engine_->close_session(killed.id);
  killed.gone = true;
  if (waiting_.size() == before) return std::nullopt;
  return lost_connection(2013);
}

std::vector<LoggedTransaction> StandIn::log() {
  std::vector<LoggedTransaction> transactions;
  for (const BinlogTransaction& entry : engine_->entries_after({}, 100'000)) {
    if (!entry.ddl.empty()) continue;
    LoggedTransaction transaction;
    for (const RowChange& change : entry.changes) {
      if (change.database == "ks") {
        transaction.push_back({change.table, change.before, change.after});
      }
    }
    if (!transaction.empty()) transactions.push_back(std::move(transaction));
  }
  return transactions;
}

}  // namespace shardlab::contracts
