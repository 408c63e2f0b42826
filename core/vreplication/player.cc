#include "core/vreplication/player.h"

#include <fmt/format.h>

#include "core/base/children.h"
#include "core/binlog/position.h"
#include "core/ports/rpc_router.h"
#include "core/topo/records.h"
#include "core/vreplication/events.h"
#include "core/vreplication/row_statements.h"

namespace shardlab::vreplication {
namespace {

constexpr int deadlock = 1213;
constexpr Duration deadlock_pause = 1s;

binlog::Position position_of(const std::string& text) {
  return binlog::parse_position(text).value();
}

}  // namespace

Player::Player(Env env, topo::Server& topo, PlayerOptions options, std::int32_t id,
               Condition& applied)
    : env_(env), topo_(topo), options_(std::move(options)), id_(id), applied_(applied) {}

Task<> Player::run() {
  for (;;) {  // bounded by the life of the stream: the engine cancels it
    auto ending = co_await capture(play_once());
    if (ending) co_return;
    const Error error = ending.error();
    StreamStateChanged event{id_, "", "Retrying", "", error.message()};
    env_.events.emit(event);
    auto kept = co_await capture(keep_message(error.message()));
    co_await env_.clock.sleep(options_.retry_delay);
  }
}

Task<> Player::keep_message(std::string message) {
  auto connection = co_await env_.mysql.connect(options_.mysql_address, "filtered");
  std::string text = Value::of_text(message.substr(0, 950)).sql_literal();
  co_await connection->query(
      fmt::format("UPDATE _vt.vreplication SET message = {} WHERE id = {}", text, id_));
}

Task<StreamRecord> Player::read_record(MysqlConnection& connection) {
  auto result = co_await connection.query(select_stream(id_));
  if (result.rows.empty()) {
    throw Error(Errc::not_found, fmt::format("no stream {} in _vt.vreplication", id_));
  }
  co_return parse_record(result, 0);
}

Task<> Player::stop(MysqlConnection& connection, std::string message) {
  co_await connection.query(stop_stream(id_, message));
  StreamStateChanged event{id_, "", "Stopped", "", message};
  env_.events.emit(event);
  applied_.notify_all();
}

Task<std::string> Player::pick_source_tablet(binlogdata::BinlogSource source) {
  auto tablets = co_await topo_.get_tablets_of_shard(source.keyspace(), source.shard());
  std::vector<topodata::Tablet> candidates;
  for (topodata::TabletType type : {topodata::REPLICA, topodata::MASTER}) {
    for (const auto& tablet : tablets) {
      if (tablet.type() == type && tablet.alias().cell() == options_.cell) {
        candidates.push_back(tablet);
      }
    }
    if (!candidates.empty()) break;  // the primary only when there is no replica
  }
  if (candidates.empty()) {
    throw Error(Errc::unavailable, fmt::format("can't find any healthy source tablet for {}/{}",
                                               source.keyspace(), source.shard()));
  }
  const auto index = env_.random.below("vreplication.source", candidates.size());
  co_return topo::tablet_address(candidates[index]);
}

Task<Player::Ending> Player::play_once() {
  auto connection = co_await env_.mysql.connect(options_.mysql_address, "filtered");
  auto record = co_await read_record(*connection);
  const bool bounded = !record.stop_position.empty();
  const binlog::Position stop_position = position_of(record.stop_position);
  binlog::Position position = position_of(record.position);
  if (bounded && position == stop_position) {
    co_await stop(*connection, "Reached stopping position, done playing logs");
    co_return Ending::reached_stop_position;
  }
  if (bounded && position.at_least(stop_position)) {
    co_await stop(*connection, fmt::format("starting point {} greater than stopping point {}",
                                           record.position, record.stop_position));
    co_return Ending::reached_stop_position;
  }

  auto address = co_await pick_source_tablet(record.source);
  binlogdata::StreamKeyRangeRequest request;
  request.set_position(record.position);
  if (record.source.has_key_range()) *request.mutable_key_range() = record.source.key_range();
  auto stream = env_.rpc.open(address, "UpdateStream.StreamKeyRange", request.SerializeAsString());
  StreamStateChanged event{id_, address, "Running", record.position, ""};
  env_.events.emit(event);
  for (;;) {
    auto message = co_await stream->next();
    if (!message) throw Error(Errc::unavailable, "Error received from Stream: the stream ended");
    auto transaction = decode<binlogdata::StreamKeyRangeResponse>(*message);
    position = position_of(transaction.position());
    co_await apply(*connection, std::move(transaction));
    if (bounded && position.at_least(stop_position)) {
      co_await stop(*connection, "Reached stopping position, done playing logs");
      co_return Ending::reached_stop_position;
    }
  }
}

Task<> Player::apply(MysqlConnection& connection, binlogdata::StreamKeyRangeResponse transaction) {
  const std::int64_t now_s = to_ns(env_.clock.now()) / 1'000'000'000;
  const std::int64_t transaction_s = transaction.timestamp_ns() / 1'000'000'000;
  auto statements = row_statements(options_.database, transaction);
  statements.push_back(update_position(id_, transaction.position(), now_s, transaction_s));
  for (;;) {  // as long as it deadlocks with others
    auto applied = co_await capture(try_apply(connection, statements));
    if (applied) break;
    if (applied.error().sql_errno() != deadlock) throw applied.error();
    co_await env_.clock.sleep(deadlock_pause);
  }
  seconds_behind_ = now_s - transaction_s;
  applied_.notify_all();
}

Task<> Player::try_apply(MysqlConnection& connection, std::vector<std::string> statements) {
  co_await connection.query("BEGIN");
  std::optional<Error> error;
  try {
    std::uint64_t affected = 0;
    for (const std::string& statement : statements) {
      auto result = co_await connection.query(statement);
      affected = result.rows_affected;
    }
    if (affected != 1) {
      throw Error(Errc::failed_precondition,
                  fmt::format("cannot update vreplication table, affected {} rows", affected));
    }
    co_await connection.query("COMMIT");
  } catch (const std::exception&) {
    error = current_error();
  }
  if (!error) co_return;
  if (error->code() == Errc::cancelled) throw *error;  // the connection goes, and rolls back
  auto rolled_back = co_await capture(connection.query("ROLLBACK"));
  throw *error;
}

}  // namespace shardlab::vreplication
