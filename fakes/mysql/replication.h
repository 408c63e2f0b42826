#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/coroutine.h"
#include "core/base/query_result.h"
#include "core/sql/lexer.h"
#include "fakes/disturbances.h"
#include "fakes/mysql/engine.h"
#include "sim/host.h"

namespace shardlab::fakes::mysql {

/// Where a server replicates from, as CHANGE MASTER TO says it. Kept on the disk.
struct MasterInfo {
  MasterInfo() = default;
  std::string host;  ///< empty: not configured
  std::string user;
  int port = 3306;
  int retry_seconds = 60;
  bool from_current_position = false;  ///< MASTER_USE_GTID = current_pos, else slave_pos
  int delay_seconds = 0;               ///< MASTER_DELAY: how old a transaction is when applied

  std::string address() const;
  std::string format() const;
  static MasterInfo parse(const std::string& text);
};

/// 1198: what is asked for is possible only while replication is stopped.
Error running_slave();

/// The two replication threads of a server: one reads the source's binary log and connects again
/// when it is lost, the other applies. What is read and not applied is read again after a restart.
/// Source: MariaDB sql/slave.cc.
class Replication {
 public:
  /// `released` wakes when the engine released locks; `applied` hears of each applied transaction;
  /// `disturbances` may be null.
  Replication(sim::Process& process, Engine& engine, Condition& released,
              std::function<void(const BinlogTransaction&, const Outcome&)> applied,
              std::shared_ptr<Disturbances> disturbances);

  /// Whether it is about replication, as the first two words say.
  static bool is_statement(std::string_view sql);
  /// Takes part in a statement that is about replication: CHANGE MASTER TO, START SLAVE [UNTIL],
  /// STOP SLAVE, RESET SLAVE [ALL], SHOW SLAVE STATUS. None when it is another one.
  /// Throws Error: sql 1198 (replication runs), 1200 (no master), 1064.
  std::optional<QueryResult> statement(std::string_view sql);

  /// How often anybody has started, stopped or configured it.
  std::uint64_t statements() const { return statements_; }

  bool is_running() const { return io_state_ != IoState::no || sql_running_; }

  /// What STOP, CHANGE MASTER TO MASTER_DELAY and START come to.
  void set_delay(int seconds);
  /// How many transactions were too young.
  std::uint64_t delayed() const { return delayed_; }

  /// Waits until replication has applied the position; false when that took too long.
  Task<bool> wait_for_position(std::string position, Duration timeout);

 private:
  enum class IoState { no, connecting, yes };

  void change_master(sql::Tokens& tokens);
  void start(sql::Tokens& tokens);
  void stop(std::string error);
  void reset(bool all);
  QueryResult status() const;
  Task<> io_thread(std::uint64_t generation);
  Task<> read_from_source(std::uint64_t generation);
  Task<> applier_thread(std::uint64_t generation);
  /// Applies the oldest entry; waits for row locks. None when replication was stopped meanwhile.
  Task<std::optional<Outcome>> apply_oldest(std::uint64_t generation,
                                            BinlogTransaction transaction);
  bool reached_until() const;
  std::optional<std::int64_t> seconds_behind() const;
  TimePoint now() const;
  /// When a transaction of that age is to be applied at the earliest.
  TimePoint apply_at(TimePoint earliest, std::int64_t timestamp_ns);
  /// Until a transaction of that age is to be applied; ends early when the delay is changed.
  Task<> wait_to_apply(std::uint64_t generation, TimePoint earliest, std::int64_t timestamp_ns);
  Duration delay() const;
  /// Whole seconds that the transaction at hand still waits because it is too young.
  std::optional<std::int64_t> remaining_delay() const;
  void save_master();
  Task<> acknowledge();

  sim::Process& process_;
  Engine& engine_;
  Condition& released_;
  std::function<void(const BinlogTransaction&, const Outcome&)> applied_;
  std::shared_ptr<Disturbances> disturbances_;
  MasterInfo master_;
  std::uint64_t statements_ = 0;
  std::uint64_t generation_ = 0;  ///< counts starts and stops: threads of an older one end
  std::uint64_t io_task_ = 0;
  std::uint64_t applier_task_ = 0;
  IoState io_state_ = IoState::no;
  bool sql_running_ = false;
  Position fetched_;
  Position until_;
  bool is_semi_sync_ = false;
  std::deque<std::string> relay_;  ///< packed entries, oldest first
  std::optional<std::int64_t> applying_since_ns_;
  Condition delay_changed_;
  std::uint64_t delayed_ = 0;
  Condition relay_changed_;
  Condition applied_more_;
  std::optional<Error> io_error_;
  std::optional<Error> sql_error_;
};

}  // namespace shardlab::fakes::mysql
