#pragma once

#include <string>

#include "core/ports/env.h"
#include "core/topo/server.h"
#include "core/vreplication/stream_record.h"

namespace shardlab::vreplication {

struct PlayerOptions {
  std::string mysql_address;  ///< of the own server
  std::string database;
  std::string cell;           ///< where source tablets are looked for
  Duration retry_delay = 5s;  ///< pause after a failed iteration
};

/// Applies one stream: picks a source tablet, streams from the stored position, and commits each
/// source transaction together with its position, so that a crash neither loses nor repeats one.
/// Source: Vitess go/vt/binlog/binlogplayer/binlog_player.go.
class Player {
 public:
  /// `applied` is notified after each transaction.
  Player(Env env, topo::Server& topo, PlayerOptions options, std::int32_t id, Condition& applied);

  /// Runs until the stop position, or for ever. Errors are kept in the row's message and retried.
  Task<> run();

  /// How old the last applied transaction was when it was applied, in seconds.
  std::int64_t seconds_behind() const { return seconds_behind_; }

 private:
  enum class Ending { reached_stop_position };

  Task<Ending> play_once();
  Task<std::string> pick_source_tablet(binlogdata::BinlogSource source);
  Task<> apply(MysqlConnection& connection, binlogdata::StreamKeyRangeResponse transaction);
  Task<> try_apply(MysqlConnection& connection, std::vector<std::string> statements);
  Task<StreamRecord> read_record(MysqlConnection& connection);
  Task<> stop(MysqlConnection& connection, std::string message);
  Task<> keep_message(std::string message);

  Env env_;
  topo::Server& topo_;
  PlayerOptions options_;
  std::int32_t id_;
  Condition& applied_;
  std::int64_t seconds_behind_ = 0;
};

}  // namespace shardlab::vreplication
