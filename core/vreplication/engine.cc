#include "core/vreplication/engine.h"

#include <fmt/format.h>

#include "core/binlog/position.h"
#include "core/sql/parser.h"

namespace shardlab::vreplication {
namespace {

bool is_missing_table(const Error& error) {
  return error.sql_errno() == 1049 || error.sql_errno() == 1146;
}

std::string signature(const StreamRecord& record) {
  return fmt::format("{} until {}", record.state, record.stop_position);
}

}  // namespace

Engine::Engine(Env env, topo::Server& topo, PlayerOptions options, Executor executor)
    : env_(env), topo_(topo), options_(std::move(options)), executor_(executor) {}

Task<QueryResult> Engine::query(std::string sql) {
  auto connection = co_await env_.mysql.connect(options_.mysql_address, "dba");
  auto result = co_await connection->query(std::move(sql));
  co_return result;
}

Task<> Engine::open() {
  auto lock = co_await mutex_.lock();
  if (open_) co_return;
  open_ = true;
  is_unsure_ = true;
  co_await follow_records(true);
}

Task<> Engine::follow_when_unsure() {
  if (!is_unsure_) co_return;
  auto lock = co_await mutex_.lock();
  if (open_ && is_unsure_) co_await follow_records(false);
}

Task<> Engine::close() {
  auto lock = co_await mutex_.lock();
  if (!open_) co_return;
  open_ = false;
  while (!players_.empty()) co_await stop_player(players_.begin()->first);
  followed_.clear();
}

Task<QueryResult> Engine::exec(std::string sql) {
  auto lock = co_await mutex_.lock();
  if (!open_) throw Error(Errc::failed_precondition, "vreplication engine is closed");
  const bool is_change = sql::statement_kind(sql) != sql::StatementKind::select;
  // Also when it fails it may have been done.
  is_unsure_ |= is_change;
  auto result = co_await capture(query(sql));
  if (!result && is_missing_table(result.error())) {
    for (const std::string& statement : create_statements()) co_await query(statement);
    result = co_await capture(query(sql));
  }
  if (!result) throw result.error();
  if (is_change) co_await follow_records(false);
  co_return std::move(*result);
}

Task<> Engine::follow_records(bool restart_all) {
  auto rows = co_await capture(query(select_all(options_.database)));
  if (!rows && !is_missing_table(rows.error())) throw rows.error();
  std::map<std::int32_t, StreamRecord> records;
  for (std::size_t i = 0; rows && i < rows->rows.size(); ++i) {
    StreamRecord record = parse_record(*rows, i);
    records.emplace(record.id, record);
  }
  std::vector<std::int32_t> changed;
  for (const auto& [id, seen] : followed_) {
    const auto record = records.find(id);
    const auto player = players_.find(id);
    const bool has_ended = player != players_.end() && player->second.group->running() == 0;
    if (restart_all || has_ended || record == records.end() || signature(record->second) != seen) {
      changed.push_back(id);
    }
  }
  for (std::int32_t id : changed) {
    co_await stop_player(id);
    followed_.erase(id);
  }
  for (const auto& [id, record] : records) {
    if (!followed_.emplace(id, signature(record)).second) continue;
    if (record.state == running) start_player(record);
  }
  is_unsure_ = false;
  applied_.notify_all();
}

void Engine::start_player(const StreamRecord& record) {
  Playing& playing = players_[record.id];
  playing.player = std::make_unique<Player>(env_, topo_, options_, record.id, applied_);
  playing.group = std::make_unique<TaskGroup>(executor_);
  playing.group->spawn(playing.player->run());
}

Task<> Engine::stop_player(std::int32_t id) {
  auto found = players_.find(id);
  if (found == players_.end()) co_return;
  found->second.group->cancel();
  co_await found->second.group->join();
  players_.erase(id);
}

Task<> Engine::wait_for_position(std::int32_t id, std::string position, Duration timeout) {
  const TimePoint deadline = env_.clock.deadline(timeout);
  const auto wanted = binlog::parse_position(position).value();
  std::string last;
  for (;;) {  // until the deadline
    auto rows = co_await query(select_stream(id));
    if (rows.rows.empty()) {
      throw Error(Errc::not_found, fmt::format("vreplication stream {} not found", id));
    }
    const StreamRecord record = parse_record(rows, 0);
    if (binlog::parse_position(record.position).value().at_least(wanted)) co_return;
    if (record.state != running) {
      throw Error(
          Errc::failed_precondition,
          fmt::format("replication has stopped at {} before reaching position {}, message: {}",
                      record.position, position, record.message));
    }
    last = record.position;
    bool progress = co_await applied_.wait_until(deadline);
    if (!progress) break;
  }
  throw Error(Errc::timed_out,
              fmt::format("timed out waiting for position {}, last seen {}", position, last));
}

std::int64_t Engine::seconds_behind() const {
  std::int64_t largest = 0;
  for (const auto& [id, playing] : players_) {
    largest = std::max(largest, playing.player->seconds_behind());
  }
  return largest;
}

}  // namespace shardlab::vreplication
