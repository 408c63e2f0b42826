#include "fakes/mysql/replication.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "core/base/children.h"
#include "fakes/mysql/binlog_codec.h"
#include "fakes/mysql/events.h"
#include "fakes/mysql/mysql_wire.pb.h"
#include "fakes/mysql/sql_error.h"
#include "sim/world.h"

namespace shardlab::fakes::mysql {
namespace {

/// Entries read ahead of the applier.
constexpr std::size_t relay_capacity = 1000;
/// Silence after which the source is taken for lost. Source: MariaDB slave_net_timeout.
constexpr Duration net_timeout = 60s;
/// Source: MariaDB slave_transaction_retries and innodb_lock_wait_timeout.
constexpr int transaction_retries = 10;
constexpr Duration lock_wait_timeout = 50s;

std::uint64_t newest_sequence(const Engine& engine) {
  return std::max(sequence_of(engine.slave_position()), sequence_of(engine.current_position()));
}

}  // namespace

Error running_slave() {
  return sql_error(1198,
                   "This operation cannot be performed as you have a running slave ''; run "
                   "STOP SLAVE '' first");
}

std::string MasterInfo::address() const { return fmt::format("{}:{}", host, port); }

std::string MasterInfo::format() const {
  std::string text = fmt::format("'{}' '{}' {} {} {}", host, user, port, retry_seconds,
                                 from_current_position ? 1 : 0);
  if (delay_seconds != 0) text += fmt::format(" {}", delay_seconds);
  return text;
}

MasterInfo MasterInfo::parse(const std::string& text) {
  MasterInfo info;
  if (text.empty()) return info;
  sql::Tokens tokens(text);
  info.host = tokens.expect_string();
  info.user = tokens.expect_string();
  info.port = static_cast<int>(tokens.expect_number());
  info.retry_seconds = static_cast<int>(tokens.expect_number());
  info.from_current_position = tokens.expect_number() == 1;
  if (!tokens.at_end()) info.delay_seconds = static_cast<int>(tokens.expect_number());
  return info;
}

Replication::Replication(sim::Process& process, Engine& engine, Condition& released,
                         std::function<void(const BinlogTransaction&, const Outcome&)> applied,
                         std::shared_ptr<Disturbances> disturbances)
    : process_(process),
      engine_(engine),
      released_(released),
      applied_(std::move(applied)),
      disturbances_(std::move(disturbances)),
      master_(MasterInfo::parse(engine.note("master"))) {}

TimePoint Replication::now() const { return process_.world().now(); }

bool Replication::is_statement(std::string_view sql) {
  const sql::Tokens tokens(sql);
  const std::string first = sql::to_lower(tokens.peek().raw);
  const std::string second = sql::to_lower(tokens.peek_second().raw);
  if (first == "change") return second == "master";
  return second == "slave" &&
         (first == "start" || first == "stop" || first == "reset" || first == "show");
}

std::optional<QueryResult> Replication::statement(std::string_view sql) {
  if (!is_statement(sql)) return std::nullopt;
  sql::Tokens tokens(sql);
  const std::string first = sql::to_lower(tokens.take().raw);
  tokens.take();
  if (first == "show") {
    tokens.expect_word("status");
    return status();
  }
  ++statements_;
  if (first == "change") change_master(tokens);
  if (first == "start") start(tokens);
  if (first == "stop") stop("");
  if (first == "reset") reset(tokens.accept_word("all"));
  tokens.expect_end();
  return QueryResult();
}

void Replication::change_master(sql::Tokens& tokens) {
  if (is_running()) throw running_slave();
  tokens.expect_word("to");
  MasterInfo info = master_;
  do {
    const std::string option = sql::to_lower(tokens.expect_name());
    tokens.expect_symbol("=");
    if (option == "master_host") {
      info.host = tokens.expect_string();
    } else if (option == "master_port") {
      info.port = static_cast<int>(tokens.expect_number());
    } else if (option == "master_user") {
      info.user = tokens.expect_string();
    } else if (option == "master_connect_retry") {
      info.retry_seconds = static_cast<int>(tokens.expect_number());
    } else if (option == "master_delay") {
      info.delay_seconds = static_cast<int>(tokens.expect_number());
    } else if (option == "master_use_gtid") {
      info.from_current_position = tokens.at_word("current_pos");
      if (!info.from_current_position && !tokens.at_word("slave_pos")) tokens.fail();
      tokens.take();
    } else {
      tokens.take();  // passwords, SSL and the like
    }
  } while (tokens.accept_symbol(","));
  master_ = std::move(info);
  save_master();
}

void Replication::save_master() { engine_.set_note("master", master_.format()); }

void Replication::set_delay(int seconds) {
  master_.delay_seconds = seconds;
  save_master();
  delay_changed_.notify_all();
}

void Replication::start(sql::Tokens& tokens) {
  Position until_position;
  if (tokens.accept_word("until")) {
    tokens.expect_word("master_gtid_pos");
    tokens.expect_symbol("=");
    until_position = parse_position(tokens.expect_string());
  }
  if (master_.host.empty()) {
    throw sql_error(1200,
                    "Misconfigured slave: MASTER_HOST was not set; Fix in config file or "
                    "with CHANGE MASTER TO");
  }
  if (io_state_ != IoState::no && sql_running_) return;
  stop("");
  until_ = until_position;
  is_semi_sync_ = engine_.global_variable("rpl_semi_sync_slave_enabled") == "1";
  fetched_ = master_.from_current_position ? engine_.current_position() : engine_.slave_position();
  relay_.clear();
  io_error_.reset();
  sql_error_.reset();
  io_state_ = IoState::connecting;
  sql_running_ = true;
  const std::uint64_t generation = ++generation_;
  ReplicationStarted event;
  event.source = master_.address();
  event.position = to_string(fetched_);
  process_.emit(event);
  io_task_ = process_.background().spawn(io_thread(generation));
  applier_task_ = process_.background().spawn(applier_thread(generation));
}

/// What is being applied is a single step of the engine, so it is done or not begun.
void Replication::stop(std::string error) {
  if (!is_running()) return;
  ++generation_;
  io_state_ = IoState::no;
  sql_running_ = false;
  applying_since_ns_.reset();
  process_.background().cancel(io_task_);
  process_.background().cancel(applier_task_);
  ReplicationStopped event;
  event.position = to_string(engine_.slave_position());
  event.error = std::move(error);
  process_.emit(event);
}

void Replication::reset(bool all) {
  if (is_running()) throw running_slave();
  relay_.clear();
  io_error_.reset();
  sql_error_.reset();
  if (!all) {
    // MariaDB's default since 10.10.
    if (std::exchange(master_.from_current_position, false)) save_master();
    return;
  }
  master_ = MasterInfo();
  engine_.set_note("master", "");
}

Task<> Replication::io_thread(std::uint64_t generation) {
  while (generation == generation_) {
    auto ended = co_await capture(read_from_source(generation));
    if (generation != generation_) co_return;
    const Error error =
        ended ? Error(Errc::unavailable, "the source ended the dump") : ended.error();
    const bool fatal = error.sql_errno() == 1236;
    io_error_ =
        Error(error.code(),
              fatal ? "Got fatal error 1236 from master when reading data from binary log: '" +
                          error.message() + "'"
                    : fmt::format("error reconnecting to master '{}@{}' - retry-time: {}: {}",
                                  master_.user, master_.address(), master_.retry_seconds,
                                  error.message()),
              fatal ? 1236 : 2003);
    io_state_ = fatal ? IoState::no : IoState::connecting;
    if (fatal) co_return;
    co_await sleep_until(now() + std::chrono::seconds(master_.retry_seconds));
  }
}

Task<> Replication::read_from_source(std::uint64_t generation) {
  DumpRequest request;
  request.set_position(to_string(fetched_));
  request.set_semi_sync(is_semi_sync_);
  auto stream = process_.world().network().open(process_, master_.address(), "BinlogDump",
                                                request.SerializeAsString());
  for (;;) {  // until the stream breaks or replication stops
    Task<std::optional<std::string>> next = stream->next();
    auto message = co_await until(now() + net_timeout, std::move(next));
    if (generation != generation_ || !message) co_return;
    DumpReply reply;
    if (!reply.ParseFromString(*message)) throw Error(Errc::corrupt, "undecodable DumpReply");
    io_state_ = IoState::yes;
    io_error_.reset();
    for (std::string& entry : *reply.mutable_entries()) {
      fetched_ = gtid_of_entry(entry);
      relay_.push_back(std::move(entry));
    }
    relay_changed_.notify_all();
    if (is_semi_sync_ && reply.entries_size() > 0) co_await acknowledge();
    while (generation == generation_ && relay_.size() >= relay_capacity) {
      co_await relay_changed_.wait();
    }
  }
}

/// Nobody hears when it is lost: the next one says more.
Task<> Replication::acknowledge() {
  Acknowledgement acknowledgement;
  acknowledgement.set_position(to_string(fetched_));
  const std::string bytes = acknowledgement.SerializeAsString();
  co_await capture(process_.world().network().call(process_, master_.address(), "Acknowledge",
                                                   bytes, net_timeout));
}

Duration Replication::delay() const {
  const Duration lag(disturbances_ ? disturbances_->amount(Disturbance::late_apply) : 0);
  return lag + std::chrono::seconds(master_.delay_seconds);
}

TimePoint Replication::apply_at(TimePoint earliest, std::int64_t timestamp_ns) {
  const Duration left(timestamp_ns + delay().count() - to_ns(earliest));
  if (delay() == Duration(0) || left <= Duration(0)) return earliest;
  if (disturbances_) disturbances_->count(Disturbance::late_apply);
  return earliest + left;
}

Task<> Replication::wait_to_apply(std::uint64_t generation, TimePoint earliest,
                                  std::int64_t timestamp_ns) {
  TimePoint at = apply_at(earliest, timestamp_ns);
  if (master_.delay_seconds == 0) {
    co_await sleep_until(at);
    co_return;
  }
  if (at > earliest) ++delayed_;
  while (generation == generation_ && now() < at) {
    co_await delay_changed_.wait_until(at);
    at = apply_at(earliest, timestamp_ns);
  }
}

bool Replication::reached_until() const {
  return until_ && newest_sequence(engine_) >= until_->sequence;
}

Task<> Replication::applier_thread(std::uint64_t generation) {
  while (generation == generation_) {
    if (reached_until()) {
      stop("");
      co_return;
    }
    if (relay_.empty()) {
      applying_since_ns_.reset();
      co_await relay_changed_.wait();
      continue;
    }
    BinlogTransaction transaction = decode_entry(relay_.front());
    applying_since_ns_ = transaction.timestamp_ns;
    // The time of one disk write; it also makes replicas of one source differ.
    const auto writing = 50us + 5us * process_.world().choices().draw("mysql.apply", 64);
    co_await wait_to_apply(generation, now() + writing, transaction.timestamp_ns);
    if (generation != generation_) co_return;
    auto outcome = co_await apply_oldest(generation, transaction);
    if (!outcome || engine_.broken()) co_return;
    const Duration slowed = engine_.take_delay();
    if (slowed > Duration()) co_await sleep_until(now() + slowed);
    if (generation != generation_) co_return;
    if (outcome->error) {
      sql_error_ = outcome->error;
      sql_running_ = false;
      applying_since_ns_.reset();
      ReplicationStopped event;
      event.position = to_string(engine_.slave_position());
      event.error = outcome->error->message();
      process_.emit(event);
      co_return;
    }
    relay_.pop_front();
    applied_(transaction, *outcome);
    relay_changed_.notify_all();
    applied_more_.notify_all();
  }
}

Task<std::optional<Outcome>> Replication::apply_oldest(std::uint64_t generation,
                                                       BinlogTransaction transaction) {
  for (int tries = 1;; ++tries) {
    const TimePoint deadline = now() + lock_wait_timeout;
    Outcome outcome = engine_.apply(transaction, to_ns(now()));
    while (outcome.blocked_by != 0 && now() < deadline) {
      co_await released_.wait_until(deadline);
      if (generation != generation_) co_return std::nullopt;
      outcome = engine_.apply(transaction, to_ns(now()));
    }
    if (outcome.blocked_by != 0) {
      outcome.blocked_by = 0;
      outcome.error = sql_error(1205, "Lock wait timeout exceeded; try restarting transaction");
    }
    const int number = outcome.error ? outcome.error->sql_errno() : 0;
    const bool passing = number == 1205 || number == 1213;
    if (!passing || tries > transaction_retries) co_return outcome;
    co_await sleep_until(now() + 1s);
    if (generation != generation_) co_return std::nullopt;
  }
}

Task<bool> Replication::wait_for_position(std::string position, Duration timeout) {
  const std::uint64_t wanted = sequence_of(parse_position(position));
  const TimePoint deadline = now() + timeout;
  while (sequence_of(engine_.slave_position()) < wanted) {
    bool more = co_await applied_more_.wait_until(deadline);
    if (!more) co_return sequence_of(engine_.slave_position()) >= wanted;
  }
  co_return true;
}

}  // namespace shardlab::fakes::mysql
