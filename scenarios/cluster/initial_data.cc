#include "scenarios/cluster/initial_data.h"

#include <algorithm>
#include <fmt/format.h>

#include "fakes/mysql/engine.h"
#include "scenarios/checks/placement.h"
#include "sim/world.h"

namespace shardlab::scenarios {
namespace {

constexpr std::size_t rows_per_insert = 1000;
constexpr std::int64_t ns_between_rows = 1'000'000;
const std::int64_t start_ns = to_ns(sim::World::start_time);

/// A DBA's session with a server that is not running.
class Restore {
 public:
  explicit Restore(sim::Disk& disk)
      : engine_(disk, fakes::mysql::EngineOptions()), session_(engine_.open_session("dba")) {}
  ~Restore() { engine_.close_session(session_); }
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;

  void run(const std::string& sql) {
    const auto outcome = engine_.execute(session_, sql, start_ns);
    if (outcome.error) throw outcome.error->within("cannot prepare the data");
  }
  void finish() { engine_.checkpoint(); }

 private:
  fakes::mysql::Engine engine_;
  fakes::mysql::SessionId session_;
};

void insert_rows(Restore& restore, const std::string& table, const ShardRange& range,
                 const std::vector<MessageRow>& rows) {
  std::string sql;
  std::size_t in_statement = 0;
  for (const MessageRow& row : rows) {
    if (!range.contains_page(row.page)) continue;
    if (in_statement == 0) {
      sql = fmt::format("INSERT INTO `{}` (page, time_created_ns, message) VALUES ", table);
    } else {
      sql += ", ";
    }
    sql += fmt::format("({}, {}, ", row.page, row.time_created_ns);
    Value::of_text(row.text).append_sql_literal(sql);
    sql += ")";
    if (++in_statement < rows_per_insert) continue;
    restore.run(sql);
    in_statement = 0;
  }
  if (in_statement > 0) restore.run(sql);
}

}  // namespace

std::string guestbook_table(const Scenario& scenario) {
  return scenario.data ? scenario.data->table : "messages";
}

std::vector<MessageRow> initial_rows(const Scenario& scenario) {
  std::vector<MessageRow> rows;
  if (!scenario.data) return rows;
  const DataRows& data = *scenario.data;
  const auto count = static_cast<std::size_t>(data.count);
  rows.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t before_start = static_cast<std::int64_t>(count - i) * ns_between_rows;
    rows.emplace_back(data.pages[i % data.pages.size()],
                      static_cast<std::uint64_t>(start_ns - before_start),
                      fmt::format("message {:04}", i + 1));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::unique_ptr<sim::Disk> restored_disk(const Scenario& scenario, const std::string& keyspace,
                                         const std::string& shard,
                                         const std::vector<MessageRow>& rows) {
  auto disk = std::make_unique<sim::Disk>();
  Restore restore(*disk);
  restore.run(fmt::format("CREATE DATABASE `vt_{}`", keyspace));
  restore.run(fmt::format("USE `vt_{}`", keyspace));
  const auto schema = scenario.files.find("create_test_table.sql");
  if (schema != scenario.files.end()) restore.run(schema->second.content);
  insert_rows(restore, guestbook_table(scenario), ShardRange(shard), rows);
  restore.run("RESET MASTER");
  restore.finish();
  return disk;
}

}  // namespace shardlab::scenarios
