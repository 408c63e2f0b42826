#include "scenarios/checks/shard_history.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/proto/binlogdata.pb.h"
#include "scenarios/checks/everything_settles.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

const std::string stream_table = "SELECT * FROM `_vt`.`vreplication`";

std::string bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

std::vector<Field> fields_of(const Observation& world, const std::string& alias,
                             const std::string& select) {
  const auto result = world.query(alias, select);
  check(result.has_value(), "a table that was changed cannot be read");
  return result->fields;
}

}  // namespace

ShardHistory::ShardHistory(const Observation& world, const std::string& alias, std::string keyspace,
                           std::string gtid)
    : world_(world),
      keyspace_(std::move(keyspace)),
      gtid_(std::move(gtid)),
      newest_(gtid_sequence(gtid_)),
      oldest_(newest_) {
  const Messages now = world.messages(alias, keyspace_);
  if (!now) return;
  for (const MessageRow& row : *now) {
    oldest_messages_.emplace(MessageKey(row.page, row.time_created_ns), row.text);
  }
}

bool ShardHistory::read_on(const std::string& alias) {
  const auto log = world_.log_after(alias, gtid_);
  if (!log) return false;
  for (const BinlogTransaction& transaction : *log) add(alias, transaction);
  return true;
}

void ShardHistory::add(const std::string& alias, const BinlogTransaction& transaction) {
  gtid_ = transaction.gtid;
  newest_ = gtid_sequence(gtid_);
  LoggedChange logged;
  logged.sequence = newest_;
  for (const RowChange& change : transaction.changes) {
    if (change.database == "vt_" + keyspace_ && change.table == world_.table()) {
      add_message(alias, change, logged);
    } else if (change.database == "_vt" && change.table == "vreplication") {
      add_stream(alias, change, logged);
    }
  }
  if (logged.messages.empty() && logged.streams.empty()) return;
  changes_.push_back(std::move(logged));
}

void ShardHistory::add_message(const std::string& alias, const RowChange& change,
                               LoggedChange& to) {
  if (!messages_) {
    messages_.emplace(fields_of(world_, alias, MessageReader::select(keyspace_, world_.table())));
  }
  const auto key_of = [](const MessageRow& row) {
    return MessageKey(row.page, row.time_created_ns);
  };
  if (change.before) {
    to.messages.emplace_back(key_of(messages_->message_in(*change.before)), std::nullopt);
  }
  if (change.after) {
    const MessageRow row = messages_->message_in(*change.after);
    to.messages.emplace_back(key_of(row), row.text);
  }
}

void ShardHistory::add_stream(const std::string& alias, const RowChange& change, LoggedChange& to) {
  if (!streams_) {
    const std::vector<Field> fields = fields_of(world_, alias, stream_table);
    streams_ = StreamColumns{column_named(fields, "id"), column_named(fields, "source"),
                             column_named(fields, "pos"), column_named(fields, "state")};
  }
  if (!change.after) {
    to.streams.emplace_back(number_in(change.before.value().at(streams_->id)), std::nullopt);
    return;
  }
  const Row& row = *change.after;
  binlogdata::BinlogSource source;
  check(source.ParseFromString(bytes_of_hex(row.at(streams_->source).text())),
        "a stream has a source that cannot be read");
  StoredStream stream;
  stream.keyspace = source.keyspace();
  stream.shard = source.shard();
  stream.position = gtid_sequence(row.at(streams_->position).text());
  stream.stands = row.at(streams_->state).text() == "Stopped";
  to.streams.emplace_back(number_in(row.at(streams_->id)), std::move(stream));
}

}  // namespace shardlab::scenarios
