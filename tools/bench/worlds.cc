#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <memory>

#include "fakes/mysql/engine.h"
#include "scenarios/file/load.h"
#include "scenarios/run/runner.h"
#include "tools/bench/bytes_in_use.h"
#include "tools/bench/cpu_time.h"
#include "tools/bench/figure.h"

namespace shardlab::bench {
namespace {

using scenarios::LiveCluster;
using scenarios::Scenario;

constexpr Duration measured = 60s;  ///< simulated, of a world that only serves

double to_ms(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

void run_for(LiveCluster& cluster, Duration duration) {
  cluster.world().scheduler().run_until([] { return false; }, cluster.now() + duration);
}

/// The cluster of a scenario with all its tablets up, those of the new shards included.
std::unique_ptr<LiveCluster> build(const Scenario& scenario, std::uint64_t seed) {
  auto cluster = std::make_unique<LiveCluster>(scenario, seed);
  scenarios::add_control_programs(*cluster);
  bring_up(*cluster);
  for (const scenarios::ShardSpec& shard : scenario.sharded_template) {
    for (const std::string& alias : cluster->start_tablets(shard)) {
      while (!cluster->is_listening(alias, LiveCluster::tablet_port)) run_for(*cluster, 50ms);
    }
  }
  return cluster;
}

/// The Guestbook's read of a page where the data lies, without processes and network around.
class BareServer {
 public:
  explicit BareServer(const std::string& table) : engine_(disk_, {}) {
    session_ = engine_.open_session("dba");
    run("CREATE DATABASE d");
    run("USE d");
    run(
        fmt::format("CREATE TABLE {} (page BIGINT UNSIGNED, time_created_ns BIGINT UNSIGNED, "
                    "message VARCHAR(10000), PRIMARY KEY (page, time_created_ns))",
                    table));
    for (int i = 0; i < 11; ++i) {
      run(fmt::format("INSERT INTO {} VALUES ({}, {}, 'Hello world')", table, i % 5, i));
    }
    for (int page = 0; page < 100; ++page) {
      reads_.push_back(
          fmt::format("SELECT message, time_created_ns FROM {} WHERE page = {}", table, page));
    }
  }

  double ns_per_read() {
    constexpr int reads = 20'000;
    const std::int64_t began = cpu_time_ns();
    for (int i = 0; i < reads; ++i) run(reads_[i % reads_.size()]);
    return static_cast<double>(cpu_time_ns() - began) / reads;
  }

 private:
  void run(const std::string& sql) {
    const auto outcome = engine_.execute(session_, sql, 0);
    check(outcome.ok(), "the stand-in refuses a statement of the benchmark");
  }

  sim::Disk disk_;
  fakes::mysql::Engine engine_;
  fakes::mysql::SessionId session_ = 0;
  std::vector<std::string> reads_;
};

/// What one repeat measures; times are CPU time of this thread.
struct Repeat {
  double build_ms = 0;
  double build_mb = 0;
  double idle_ms = 0;    ///< of a simulated second in which nobody asks
  double loaded_ms = 0;  ///< of a simulated second under the guide's load
  double operation = 0;  ///< ns of an operation of that load
  double bare = 0;       ///< ns of the read alone
  double guide_ms = 0;   ///< of a simulated second of the whole guide, checks included
  double live_ms = 0;    ///< the same with writes all the time
};

double run_ms(const Scenario& scenario, std::uint64_t seed) {
  scenarios::RunOptions options;
  options.seed = seed;
  const std::int64_t began = cpu_time_ns();
  const scenarios::RunReport report = run_scenario(scenario, std::move(options));
  return to_ms(cpu_time_ns() - began) / (static_cast<double>(report.length / 1ms) / 1000);
}

Repeat measure(const Scenario& guide, const Scenario& live, std::uint64_t seed) {
  Repeat repeat;
  const double seconds = static_cast<double>(measured / 1s);
  const std::int64_t before = bytes_in_use();
  std::int64_t began = cpu_time_ns();
  auto cluster = build(guide, seed);
  repeat.build_ms = to_ms(cpu_time_ns() - began);
  repeat.build_mb = static_cast<double>(bytes_in_use() - before) / 1e6;

  began = cpu_time_ns();
  run_for(*cluster, measured);
  repeat.idle_ms = to_ms(cpu_time_ns() - began) / seconds;

  for (const scenarios::Load& load : guide.loads) cluster->start_load(load);
  began = cpu_time_ns();
  run_for(*cluster, measured);
  repeat.loaded_ms = to_ms(cpu_time_ns() - began) / seconds;
  const auto operations = static_cast<double>(cluster->ledger().operations().size());
  repeat.operation = (repeat.loaded_ms - repeat.idle_ms) * 1e6 * seconds / operations;
  repeat.bare = BareServer(cluster->table()).ns_per_read();
  cluster.reset();

  repeat.guide_ms = run_ms(guide, seed);
  repeat.live_ms = run_ms(live, seed);
  return repeat;
}

std::vector<double> all(const std::vector<Repeat>& repeats, double Repeat::*field) {
  std::vector<double> values;
  for (const Repeat& repeat : repeats) values.push_back(repeat.*field);
  return values;
}

std::vector<Figure> figures(const std::vector<Repeat>& repeats) {
  const auto line = [&](std::string name, double Repeat::*field, std::string unit,
                        std::optional<double> at_most = std::nullopt) {
    Figure figure{.name = std::move(name), .unit = std::move(unit)};
    figure.value = median(all(repeats, field));
    if (at_most) figure.target = Target{Target::Of::value, *at_most};
    return figure;
  };
  constexpr double two_thousandth = 0.5;  // ms a simulated second: 2,000 times real time
  std::vector<Figure> figures;
  figures.push_back(line("world of the guide, built", &Repeat::build_ms, "ms", 20));
  figures.push_back(line("its memory", &Repeat::build_mb, "MB", 64));
  figures.push_back(line("simulated second, idle", &Repeat::idle_ms, "ms", two_thousandth));
  figures.push_back(line("simulated second, 20 reads/s", &Repeat::loaded_ms, "ms", two_thousandth));
  figures.push_back(
      line("simulated second, guide, with checks", &Repeat::guide_ms, "ms", two_thousandth));
  figures.push_back(line("simulated second, guide-live, with checks", &Repeat::live_ms, "ms"));
  Figure operation = line("read through vtgate, vttablet, mysqld", &Repeat::operation, "ns");
  operation.peer = "read by the MySQL stand-in alone";
  operation.ratio = median_ratio(all(repeats, &Repeat::operation), all(repeats, &Repeat::bare));
  figures.push_back(std::move(operation));
  figures.push_back(line("read by the MySQL stand-in alone", &Repeat::bare, "ns"));
  return figures;
}

int run(int argc, char** argv) {
  CLI::App app("What a world of the guide's size costs, in thread CPU time.");
  bool json = false;
  int repeats = 7;
  std::string folder;
  app.add_flag("--json", json, "one JSON object a line and figure");
  app.add_option("--repeats", repeats, "the median of how many")->check(CLI::Range(1, 1000));
  app.add_option("--scenarios", folder, "folder of guide.toml and guide-live.toml")->required();
  CLI11_PARSE(app, argc, argv);

  const Scenario guide = scenarios::load_scenario(folder + "/guide.toml");
  const Scenario live = scenarios::load_scenario(folder + "/guide-live.toml");
  std::vector<Repeat> measured_repeats;
  for (int i = 1; i <= repeats; ++i) {
    std::fprintf(stderr, "\rrepeat %d of %d", i, repeats);
    measured_repeats.push_back(measure(guide, live, static_cast<std::uint64_t>(i)));
  }
  std::fputc('\n', stderr);
  const auto lines = figures(measured_repeats);
  if (json) {
    for (const Figure& figure : lines) std::puts(to_json("worlds", figure).c_str());
  } else {
    std::printf("medians of %d repeats, each another seed; thread CPU time\n\n", repeats);
    std::fputs(to_table(lines).c_str(), stdout);
  }
  return 0;
}

}  // namespace
}  // namespace shardlab::bench

int main(int argc, char** argv) { return shardlab::bench::run(argc, argv); }
