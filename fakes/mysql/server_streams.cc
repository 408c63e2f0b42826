#include "core/sql/result_codec.h"
#include "fakes/mysql/binlog_codec.h"
#include "fakes/mysql/server.h"

namespace shardlab::fakes::mysql {
namespace {

constexpr std::size_t rows_per_message = 256;
constexpr std::size_t entries_per_message = 64;
/// A dump without news says so at this pace. Source: MariaDB master_heartbeat_period.
constexpr Duration heartbeat_period = 30s;
/// How long a commit may stay in memory when the tables' log is not synced at each of them.
/// Source: innodb_flush_log_at_timeout.
constexpr Duration flush_period = 1s;
/// The same for the binary log, which waits for the kernel. Source: Linux, dirty_expire_centisecs.
constexpr Duration kernel_period = 30s;

}  // namespace

Task<> MysqlServer::stream_rows(QueryRequest request, std::shared_ptr<sim::ServerStream> stream) {
  ConnectionPtr connection = find(request.connection());
  auto turn = co_await connection->turn.lock();
  if (!connection->open) throw Error(Errc::unavailable, "MySQL server has gone away", 2006);
  auto cursor = engine_.open_cursor(connection->session, request.sql(), to_ns(now()));
  QueryResult fields;
  fields.fields = cursor->fields();
  co_await stream->send(sql::encode(fields));
  for (;;) {  // until the end of the rows
    QueryResult part;
    part.rows = cursor->next(rows_per_message);
    if (part.rows.empty()) co_return;
    co_await wait_for_disk(Duration());
    co_await stream->send(sql::encode(part));
  }
}

Task<> MysqlServer::dump_binlog(DumpRequest request, std::shared_ptr<sim::ServerStream> stream) {
  Position position = parse_position(request.position());
  std::shared_ptr<void> client;
  if (request.semi_sync()) {
    client = semi_sync_.client();
    semi_sync_.acknowledged(position);
  }
  bool quiet = true;  // the first message tells that the position is known
  for (;;) {          // until the client goes
    DumpReply reply;
    for (std::string& entry : engine_.encoded_entries_after(position, entries_per_message)) {
      position = gtid_of_entry(entry);
      *reply.add_entries() = std::move(entry);
    }
    co_await wait_for_disk(Duration());
    if (reply.entries_size() > 0 || quiet) {
      co_await stream->send(reply.SerializeAsString());
      quiet = false;
      continue;
    }
    bool news = co_await logged_.wait_until(now() + heartbeat_period);
    quiet = !news;
  }
}

void MysqlServer::sync_commits(bool sync) {
  engine_.sync_commits(sync);
  follow_durability();
}

void MysqlServer::follow_durability() {
  if (engine_.syncs_commits() || is_flushing_) return;
  is_flushing_ = true;
  process_.background().spawn(flush_now_and_then());
}

Task<> MysqlServer::flush_now_and_then() {
  while (!engine_.syncs_commits() && !engine_.broken()) {
    const bool is_up_to_kernel = engine_.global_variable("sync_binlog") != "1";
    const Duration period = is_up_to_kernel ? kernel_period : flush_period;
    co_await sleep_until(now() + period);
    if (!engine_.broken()) engine_.sync();
  }
  is_flushing_ = false;
}

}  // namespace shardlab::fakes::mysql
