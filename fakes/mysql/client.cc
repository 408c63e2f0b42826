#include "fakes/mysql/client.h"

#include <deque>
#include <fmt/format.h>

#include "core/sql/result_codec.h"
#include "fakes/mysql/binlog_codec.h"
#include "fakes/mysql/mysql_wire.pb.h"
#include "sim/network.h"
#include "sim/world.h"

namespace shardlab::fakes::mysql {
namespace {

/// Callers limit their statements themselves; this only bounds what was forgotten.
constexpr Duration longest_statement = 24h;

template <class Message>
Message decode(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) {
    throw Error(Errc::corrupt, "undecodable " + message.GetTypeName());
  }
  return message;
}

/// A failure of the transport in MySQL's terms; the server's own errors stay as they are.
Error as_client_error(const Error& error) {
  if (error.sql_errno() != 0) return error;
  if (error.code() == Errc::unavailable) {
    return Error(Errc::unavailable, "MySQL server has gone away: " + error.message(), 2006);
  }
  if (error.code() == Errc::outcome_unknown || error.code() == Errc::timed_out) {
    return Error(Errc::outcome_unknown,
                 "Lost connection to MySQL server during query: " + error.message(), 2013);
  }
  return error;
}

/// What comes next on a stream; none at its end. Throws in MySQL's terms.
Task<std::optional<std::string>> next_message(sim::ClientStream* stream) {
  auto message = co_await capture(stream->next());
  if (!message) throw as_client_error(message.error());
  co_return std::move(*message);
}

class Rows final : public MysqlRows {
 public:
  explicit Rows(std::unique_ptr<sim::ClientStream> stream) : stream_(std::move(stream)) {}

  Task<> read_fields() {
    auto message = co_await next_message(stream_.get());
    if (!message) throw Error(Errc::outcome_unknown, "the server ended a stream of rows", 2013);
    fields_ = sql::decode_result(*message).fields;
  }

  const std::vector<Field>& fields() const override { return fields_; }

  Task<std::vector<Row>> next() override {
    std::vector<Row> rows;
    if (at_end_) co_return rows;
    auto message = co_await next_message(stream_.get());
    at_end_ = !message;
    if (message) rows = sql::decode_rows(*message, fields_);
    co_return rows;
  }

 private:
  std::unique_ptr<sim::ClientStream> stream_;
  std::vector<Field> fields_;
  bool at_end_ = false;
};

class BinlogReader final : public MysqlBinlog {
 public:
  explicit BinlogReader(std::unique_ptr<sim::ClientStream> stream) : stream_(std::move(stream)) {}

  Task<BinlogTransaction> next() override {
    while (entries_.empty()) {  // heartbeats have none; ends with the stream
      auto message = co_await next_message(stream_.get());
      if (!message) throw Error(Errc::unavailable, "the server ended the binlog dump", 2013);
      auto reply = decode<DumpReply>(*message);
      for (std::string& entry : *reply.mutable_entries()) entries_.push_back(std::move(entry));
    }
    std::string entry = std::move(entries_.front());
    entries_.pop_front();
    co_return decode_entry(entry);
  }

 private:
  std::unique_ptr<sim::ClientStream> stream_;
  std::deque<std::string> entries_;
};

class ClientConnection final : public MysqlConnection {
 public:
  ClientConnection(sim::Process& process, std::string address,
                   std::unique_ptr<sim::ClientStream> stream)
      : process_(process), address_(std::move(address)), stream_(std::move(stream)) {}

  Task<> handshake() {
    auto message = co_await capture(stream_->next());
    if (!message || !*message) {
      const std::string reason = message ? "closed" : message.error().message();
      throw Error(Errc::unavailable,
                  fmt::format("Can't connect to MySQL server on '{}': {}", address_, reason), 2002);
    }
    id_ = decode<ConnectReply>(**message).connection();
  }

  Task<QueryResult> query(std::string sql) override {
    std::string bytes = request(std::move(sql));
    auto reply = co_await capture(process_.world().network().call(
        process_, address_, "Query", std::move(bytes), longest_statement));
    if (!reply) throw as_client_error(reply.error());
    co_return sql::decode_result(*reply);
  }

  Task<std::unique_ptr<MysqlRows>> stream(std::string sql) override {
    auto rows = std::make_unique<Rows>(open("StreamRows", request(std::move(sql))));
    co_await rows->read_fields();
    co_return std::unique_ptr<MysqlRows>(std::move(rows));
  }

  Task<std::unique_ptr<MysqlBinlog>> read_binlog(std::string position) override {
    DumpRequest dump;
    dump.set_position(std::move(position));
    co_return std::make_unique<BinlogReader>(open("BinlogDump", dump.SerializeAsString()));
  }

 private:
  std::string request(std::string sql) const {
    QueryRequest query;
    query.set_connection(id_);
    query.set_sql(std::move(sql));
    return query.SerializeAsString();
  }

  std::unique_ptr<sim::ClientStream> open(std::string method, std::string request) {
    return process_.world().network().open(process_, address_, std::move(method),
                                           std::move(request));
  }

  sim::Process& process_;
  std::string address_;
  std::unique_ptr<sim::ClientStream> stream_;  ///< the connection itself: closing it rolls back
  std::uint64_t id_ = 0;
};

Task<std::unique_ptr<MysqlConnection>> connect_once(sim::Process& process, std::string address,
                                                    std::string request) {
  auto stream = process.world().network().open(process, address, "Connect", std::move(request));
  auto connection =
      std::make_unique<ClientConnection>(process, std::move(address), std::move(stream));
  co_await connection->handshake();
  co_return std::unique_ptr<MysqlConnection>(std::move(connection));
}

}  // namespace

Task<std::unique_ptr<MysqlConnection>> MysqlClient::connect(std::string address, std::string user) {
  ConnectRequest request;
  request.set_user(std::move(user));
  const std::string bytes = request.SerializeAsString();
  auto connection = co_await capture(connect_once(process_, address, bytes));
  if (connection) co_return std::move(*connection);
  // MySQL's client dials anew each time, and never meets the end of an older connection that
  // nobody has told of.
  const bool was_old = connection.error().message().find("reset by peer") != std::string::npos;
  if (!was_old) throw connection.error();
  auto another = co_await connect_once(process_, std::move(address), bytes);
  co_return std::move(another);
}

}  // namespace shardlab::fakes::mysql
