#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
// tidy: allow(arrows) the peer is SQLite itself
#include <sqlite3.h>

#include "core/base/error.h"
#include "fakes/mysql/engine.h"
#include "fakes/mysql/vfs.h"
#include "tools/bench/bytes_in_use.h"
#include "tools/bench/cpu_time.h"
#include "tools/bench/figure.h"

namespace shardlab::bench {
namespace {

using fakes::mysql::Engine;
using fakes::mysql::EngineOptions;
using fakes::mysql::SessionId;

constexpr int pages = 100;
constexpr int rows = 20'000;
constexpr int rows_per_insert = 500;
constexpr int point_reads = 5'000;
constexpr std::size_t fetched_at_once = 1'000;  ///< as a streamed result has them
constexpr std::size_t entries_at_once = 100;

/// Row `i` of the table, in the order in which rows are inserted: not that of the key.
struct MessageOf {
  explicit MessageOf(int i)
      : page(i % pages),
        created(1'600'000'000'000'000'000 + i),
        text(fmt::format("hello-{:05}", i)) {}
  std::int64_t page;
  std::int64_t created;
  std::string text;
};

/// Nanoseconds of CPU for each of `count`.
template <class Work>
double ns_each(int count, Work work) {
  const std::int64_t began = cpu_time_ns();
  work();
  return static_cast<double>(cpu_time_ns() - began) / count;
}

/// A database with the table and not one row.
std::unique_ptr<sim::Disk> template_disk() {
  auto disk = std::make_unique<sim::Disk>();
  Engine engine(*disk, {});
  const SessionId session = engine.open_session("dba");
  for (const char* sql :
       {"CREATE DATABASE d", "USE d",
        "CREATE TABLE messages (page BIGINT UNSIGNED, time_created_ns BIGINT UNSIGNED, "
        "message VARCHAR(10000), PRIMARY KEY (page, time_created_ns))"}) {
    const auto outcome = engine.execute(session, sql, 0);
    check(outcome.ok(), "the stand-in refuses a statement of the benchmark");
  }
  engine.checkpoint();
  return disk;
}

/// The stand-in without processes and network around it; its binary log is always on.
class StandIn {
 public:
  explicit StandIn(const sim::Disk& from) : disk_(from.clone()), engine_(*disk_, EngineOptions()) {
    session_ = engine_.open_session("dba");
    run("USE d");
  }

  void insert_all() {
    for (int from = 0; from < rows; from += rows_per_insert) {
      std::string sql = "INSERT INTO messages (page, time_created_ns, message) VALUES ";
      for (int i = from; i < from + rows_per_insert; ++i) {
        const MessageOf message(i);
        sql += fmt::format("{}({}, {}, '{}')", i == from ? "" : ", ", message.page, message.created,
                           message.text);
      }
      run(sql);
    }
  }

  void scan() {
    auto cursor =
        engine_.open_cursor(session_,
                            "SELECT page, time_created_ns, message FROM messages ORDER BY page, "
                            "time_created_ns",
                            0);
    std::size_t seen = 0;
    for (;;) {
      const RowList list = cursor->next(fetched_at_once);
      if (list.empty()) break;
      seen += list.size();
    }
    check(seen == rows, "a scan of the stand-in misses rows");
  }

  void read_points() {
    for (int i = 0; i < point_reads; ++i) {
      const MessageOf message(i);
      run(fmt::format("SELECT message FROM messages WHERE page = {} AND time_created_ns = {}",
                      message.page, message.created));
    }
  }

  /// Every transaction of the log, as a replica asks for them; gives their bytes.
  std::size_t stream_log() {
    fakes::mysql::Position position;
    int seen = 0;
    std::size_t bytes = 0;
    for (;;) {
      const auto entries = engine_.encoded_entries_after(position, entries_at_once);
      if (entries.empty()) break;
      for (const std::string& entry : entries) bytes += entry.size();
      seen += static_cast<int>(entries.size());
      position = fakes::mysql::parse_position(fmt::format("0-1-{}", seen));
    }
    check(seen >= rows / rows_per_insert, "the stand-in's log misses transactions");
    return bytes;
  }

 private:
  void run(std::string_view sql) {
    const auto outcome = engine_.execute(session_, sql, 0);
    check(outcome.ok(), "the stand-in refuses a statement of the benchmark");
  }

  std::unique_ptr<sim::Disk> disk_;
  Engine engine_;
  SessionId session_ = 0;
};

/// The same rows in SQLite in memory, through prepared statements, without a log.
class BareSqlite {
 public:
  BareSqlite() {
    require(sqlite3_open(":memory:", &handle_), SQLITE_OK);
    run("CREATE TABLE messages (page INTEGER, time_created_ns INTEGER, message TEXT, "
        "PRIMARY KEY (page, time_created_ns)) WITHOUT ROWID");
    run("CREATE TABLE log (sequence INTEGER PRIMARY KEY, entry BLOB)");
  }
  ~BareSqlite() { sqlite3_close(handle_); }
  BareSqlite(const BareSqlite&) = delete;
  BareSqlite& operator=(const BareSqlite&) = delete;

  void insert_all() {
    sqlite3_stmt* insert = prepare("INSERT INTO messages VALUES (?, ?, ?)");
    for (int i = 0; i < rows; ++i) {
      if (i % rows_per_insert == 0) run("BEGIN");
      const MessageOf message(i);
      sqlite3_bind_int64(insert, 1, message.page);
      sqlite3_bind_int64(insert, 2, message.created);
      sqlite3_bind_text(insert, 3, message.text.data(), static_cast<int>(message.text.size()),
                        SQLITE_STATIC);
      require(sqlite3_step(insert), SQLITE_DONE);
      sqlite3_reset(insert);
      if (i % rows_per_insert == rows_per_insert - 1) run("COMMIT");
    }
    sqlite3_finalize(insert);
  }

  void scan() {
    sqlite3_stmt* select = prepare(
        "SELECT page, time_created_ns, message FROM messages ORDER BY page, time_created_ns");
    std::vector<MessageRow> list;
    std::size_t seen = 0;
    while (sqlite3_step(select) == SQLITE_ROW) {
      list.push_back(
          {sqlite3_column_int64(select, 0), sqlite3_column_int64(select, 1), text(select, 2)});
      if (list.size() < fetched_at_once) continue;
      seen += list.size();
      list.clear();
    }
    sqlite3_finalize(select);
    check(seen + list.size() == rows, "a scan of SQLite misses rows");
  }

  void read_points() {
    sqlite3_stmt* select =
        prepare("SELECT message FROM messages WHERE page = ? AND time_created_ns = ?");
    std::size_t bytes = 0;
    for (int i = 0; i < point_reads; ++i) {
      const MessageOf message(i);
      sqlite3_bind_int64(select, 1, message.page);
      sqlite3_bind_int64(select, 2, message.created);
      require(sqlite3_step(select), SQLITE_ROW);
      bytes += text(select, 0).size();
      sqlite3_reset(select);
    }
    sqlite3_finalize(select);
    check(bytes > 0, "SQLite finds nothing");
  }

  /// As many blobs as the log has transactions, `bytes` in all.
  void fill_log(std::size_t bytes) {
    constexpr int entries = rows / rows_per_insert;
    sqlite3_stmt* insert = prepare("INSERT INTO log VALUES (?, zeroblob(?))");
    for (int i = 0; i < entries; ++i) {
      sqlite3_bind_int(insert, 1, i + 1);
      sqlite3_bind_int64(insert, 2, static_cast<std::int64_t>(bytes / entries));
      require(sqlite3_step(insert), SQLITE_DONE);
      sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
  }

  void stream_log() {
    sqlite3_stmt* select =
        prepare("SELECT entry FROM log WHERE sequence > ? ORDER BY sequence LIMIT ?");
    int seen = 0;
    for (;;) {
      sqlite3_bind_int(select, 1, seen);
      sqlite3_bind_int(select, 2, static_cast<int>(entries_at_once));
      std::vector<std::string> entries;
      while (sqlite3_step(select) == SQLITE_ROW) entries.push_back(text(select, 0));
      sqlite3_reset(select);
      if (entries.empty()) break;
      seen += static_cast<int>(entries.size());
    }
    sqlite3_finalize(select);
    check(seen == rows / rows_per_insert, "SQLite's log misses entries");
  }

 private:
  struct MessageRow {
    std::int64_t page, created;
    std::string text;
  };

  static void require(int got, int wanted) { check(got == wanted, "SQLite fails"); }
  void run(const char* sql) {
    require(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    require(sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr), SQLITE_OK);
    return statement;
  }
  static std::string text(sqlite3_stmt* statement, int column) {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
  }

  sqlite3* handle_ = nullptr;
};

/// What one repeat measures, in ns of CPU.
struct Repeat {
  double insert = 0, bare_insert = 0;  ///< of a row
  double scan = 0, bare_scan = 0;      ///< of a row
  double point = 0, bare_point = 0;    ///< of a read
  double stream = 0, bare_stream = 0;  ///< of a row in the log
  double few = 0, many = 0;            ///< ns of setting up 15 and 300 servers
  double memory = 0;                   ///< bytes of one of 300 idle servers
};

/// Servers with the schema, each on a copy of the template's pages.
std::vector<std::unique_ptr<StandIn>> set_up(const sim::Disk& from, int servers) {
  std::vector<std::unique_ptr<StandIn>> all;
  for (int i = 0; i < servers; ++i) all.push_back(std::make_unique<StandIn>(from));
  return all;
}

constexpr int few = 15, many = 300;

Repeat measure(const sim::Disk& empty) {
  Repeat repeat;
  StandIn stand_in(empty);
  BareSqlite bare;
  repeat.insert = ns_each(rows, [&] { stand_in.insert_all(); });
  repeat.bare_insert = ns_each(rows, [&] { bare.insert_all(); });
  repeat.scan = ns_each(rows, [&] { stand_in.scan(); });
  repeat.bare_scan = ns_each(rows, [&] { bare.scan(); });
  repeat.point = ns_each(point_reads, [&] { stand_in.read_points(); });
  repeat.bare_point = ns_each(point_reads, [&] { bare.read_points(); });
  std::size_t log_bytes = 0;
  repeat.stream = ns_each(rows, [&] { log_bytes = stand_in.stream_log(); });
  bare.fill_log(log_bytes);
  repeat.bare_stream = ns_each(rows, [&] { bare.stream_log(); });
  repeat.few = ns_each(1, [&] { set_up(empty, few); });
  const std::int64_t before = bytes_in_use();
  std::vector<std::unique_ptr<StandIn>> servers;
  repeat.many = ns_each(1, [&] { servers = set_up(empty, many); });
  repeat.memory = static_cast<double>(bytes_in_use() - before) / many;
  return repeat;
}

std::vector<Figure> figures(const std::vector<Repeat>& repeats) {
  const auto all = [&](double Repeat::*field) {
    std::vector<double> values;
    for (const Repeat& repeat : repeats) values.push_back(repeat.*field);
    return values;
  };
  std::vector<Figure> figures;
  const auto pair = [&](const std::string& what, double Repeat::*field, double Repeat::*bare,
                        std::optional<double> least_speed) {
    Figure figure{.name = what, .unit = "ns"};
    figure.value = median(all(field));
    figure.peer = what + ", bare SQLite";
    figure.ratio = median_ratio(all(field), all(bare));
    if (least_speed) figure.target = Target{Target::Of::ratio, 1 / *least_speed};
    figures.push_back(figure);
    Figure peer{.name = figure.peer, .unit = "ns"};
    peer.value = median(all(bare));
    figures.push_back(std::move(peer));
  };
  const auto line = [&](std::string name, double Repeat::*field, double scale, std::string unit,
                        double at_most) {
    Figure figure{.name = std::move(name), .unit = std::move(unit)};
    figure.value = median(all(field)) / scale;
    figure.target = Target{Target::Of::value, at_most};
    figures.push_back(std::move(figure));
  };
  pair("row inserted, 500 a statement, logged", &Repeat::insert, &Repeat::bare_insert, 0.55);
  pair("row of an ordered scan", &Repeat::scan, &Repeat::bare_scan, 0.7);
  pair("read by primary key", &Repeat::point, &Repeat::bare_point, std::nullopt);
  pair("row read from the log", &Repeat::stream, &Repeat::bare_stream, std::nullopt);
  line(fmt::format("{} servers from a template", few), &Repeat::few, 1e6, "ms", 2);
  line(fmt::format("{} servers from a template", many), &Repeat::many, 1e6, "ms", 100);
  line("memory of an idle server", &Repeat::memory, 1e6, "MB", 1);
  return figures;
}

int run(int argc, char** argv) {
  CLI::App app("What the MySQL stand-in costs beside bare SQLite, in thread CPU time.");
  bool json = false;
  int repeats = 7;
  app.add_flag("--json", json, "one JSON object a line and figure");
  app.add_option("--repeats", repeats, "the median of how many")->check(CLI::Range(1, 1000));
  CLI11_PARSE(app, argc, argv);

  fakes::mysql::reset_sqlite_randomness();  // also sets SQLite up as worlds have it
  const auto empty = template_disk();
  std::vector<Repeat> measured;
  for (int i = 1; i <= repeats; ++i) {
    std::fprintf(stderr, "\rrepeat %d of %d", i, repeats);
    measured.push_back(measure(*empty));
  }
  std::fputc('\n', stderr);
  const auto lines = figures(measured);
  if (json) {
    for (const Figure& figure : lines) std::puts(to_json("mysql", figure).c_str());
  } else {
    std::printf("medians of %d repeats; thread CPU time\n\n", repeats);
    std::fputs(to_table(lines).c_str(), stdout);
  }
  return 0;
}

}  // namespace
}  // namespace shardlab::bench

int main(int argc, char** argv) { return shardlab::bench::run(argc, argv); }
