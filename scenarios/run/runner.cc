#include "scenarios/run/runner.h"

#include <fmt/format.h>
#include <set>

#include "scenarios/checks/make_check.h"
#include "scenarios/checks/service_goes_on.h"
#include "scenarios/checks/situations.h"
#include "scenarios/cluster/programs.h"
#include "scenarios/expect/output_pattern.h"
#include "scenarios/report/format.h"
#include "scenarios/run/facts.h"
#include "scenarios/run/outcome.h"
#include "scenarios/run/scripts.h"

namespace shardlab::scenarios {
namespace {

constexpr Duration poll = 100ms;
constexpr Duration default_write_gap = 5s;
/// Part of the digest that is shown.
constexpr std::size_t short_digest = 16;

sim::WorldOptions world_options(const RunOptions& options) {
  sim::WorldOptions world;
  world.seed = options.seed;
  world.schedule = options.schedule;
  world.tape = options.choices;
  world.record = options.record_choices != nullptr;
  return world;
}

/// One run of a scenario, from a world to a report.
class Run {
 public:
  Run(const Scenario& scenario, RunOptions options)
      : scenario_(scenario),
        options_(std::move(options)),
        cluster_(scenario, world_options(options_)),
        facts_(cluster_, cluster_.keyspace()) {
    add_control_programs(cluster_);
  }

  RunReport report() {
    observe();
    try {
      play();
    } catch (const std::exception& error) {
      // An error that nobody handled: a process of the cluster has a bug.
      report_.properties.push_back({.name = "no-process-fails",
                                    .kind = Property::Kind::always,
                                    .outcome = PropertyOutcome::violated,
                                    .detail = error.what()});
    }
    conclude();
    return std::move(report_);
  }

 private:
  // Preparing.

  void observe() {
    for (const Step& step : scenario_.steps) {
      for (const std::optional<Expr>* expr : {&step.expect.that, &step.expect.eventually}) {
        if (!*expr) continue;
        for (Remembered& wanted : remembered_by(**expr)) remembered_.push_back(std::move(wanted));
      }
    }
    for (const Property& property : scenario_.properties) {
      if (property.kind == Property::Kind::sometimes) {
        situations_.push_back(make_situation(property.name, cluster_));
      } else {
        checks_.push_back(make_check(property.name, cluster_, write_gap_bound()));
      }
    }
    cluster_.world().trace().observe([this](const sim::TraceEvent& event) {
      for (auto& check : checks_) check->observe(event);
      for (auto& situation : situations_) situation->observe(event);
      if (options_.trace) options_.trace(event);
    });
  }

  Duration write_gap_bound() const {
    for (const Step& step : scenario_.steps) {
      if (step.expect.max_write_gap) return *step.expect.max_write_gap;
    }
    return default_write_gap;
  }

  // Playing.

  void play() {
    bring_up(cluster_);
    started_at_ = cluster_.now();
    limit_ = started_at_ + scenario_.limit;
    start_loads("");
    pause();
    StepReport ready;
    ready.at = since_start();
    ready.what = "ready";
    ready.outcome = fmt::format("{} tablets; Guestbook serves", tablet_count());
    report_.steps.push_back(ready);
    for (const Step& step : scenario_.steps) {
      if (!report_.inconclusive.empty()) return;
      play_step(step);
    }
    settle();
  }

  void play_step(const Step& step) {
    stop_loads(step.id);
    start_loads(step.id);
    std::string output;
    for (const CommandLine& command : step.commands) {
      pause();
      output += play_command(command);
      if (!report_.inconclusive.empty()) return;
    }
    for (const Post& post : step.post) post_message(post);
    if (!report_.steps.empty()) judge(step, output, report_.steps.back());
    std::vector<Remembered> now;
    for (const Remembered& wanted : remembered_) {
      if (wanted.step == step.id) now.push_back(wanted);
    }
    facts_.remember(now);
  }

  std::string play_command(const CommandLine& command) {
    StepReport told;
    told.at = since_start();
    told.what = story_name(command);
    if (options_.transcript) options_.transcript("$ " + command.typed + "\n");
    const TimePoint from = cluster_.now();
    Scripts scripts(cluster_, limit_);
    const CommandResult result = scripts.run(command);
    if (options_.transcript) options_.transcript(result.output + "\n");
    tell_checks(command, result, from);
    ++report_.commands;
    told.outcome = story_outcome(command, result.output);
    if (result.status != 0) {
      told.failures.push_back(fmt::format("exit status {}: {}", result.status, result.error));
    }
    if (result.timed_out) {
      report_.inconclusive =
          fmt::format("limit of {} reached during {}", format_span(scenario_.limit), told.what);
    }
    const bool is_cutover = told.what.starts_with("MigrateServedTypes") &&
                            told.what.ends_with(" master") && result.status == 0;
    if (is_cutover) {
      const WriteGap gap =
          longest_write_gap(cluster_.ledger(), from, cluster_.now(), cluster_.now());
      told.outcome = gap.longest.count() == 0
                         ? "no write came"
                         : fmt::format("no write for {}", format_span(gap.longest));
    }
    report_.steps.push_back(told);
    return result.output;
  }

  void tell_checks(const CommandLine& command, const CommandResult& result, TimePoint from) {
    CommandEnd end;
    end.ok = result.status == 0;
    end.arguments = command.arguments;
    end.name = command.script;
    if (!end.arguments.empty()) {
      end.name = end.arguments.front();
      end.arguments.erase(end.arguments.begin());
    }
    const bool cutover = end.name == "MigrateServedTypes" && !end.arguments.empty() &&
                         end.arguments.back() == "master";
    for (auto& check : checks_) {
      if (cutover) check->announce_window("MigrateServedTypes master", from, cluster_.now());
      check->command_ended(end);
    }
  }

  void post_message(const Post& post) {
    const std::uint64_t id = cluster_.post(post);
    run_until([&] {
      return cluster_.ledger().operation(id).outcome != fakes::guestbook::Outcome::pending;
    });
  }

  // Judging a step.

  void judge(const Step& step, const std::string& output, StepReport& told) {
    const Expectation& expect = step.expect;
    if (const auto missing = missing_pattern(expect.output, output)) {
      told.failures.push_back(fmt::format("no line of the output matches \"{}\"", *missing));
    }
    if (expect.that) judge_condition(*expect.that, expect.within, told);
    if (expect.eventually) judge_condition(*expect.eventually, expect.within, told);
  }

  void judge_condition(const Expr& expr, std::optional<Duration> within, StepReport& told) {
    if (within) {
      const TimePoint end = std::min(limit_, cluster_.now() + *within);
      while (cluster_.now() < end && !explain_failure(expr, facts_.facts()).empty()) {
        advance(poll);
      }
    }
    const std::string why = explain_failure(expr, facts_.facts());
    if (!why.empty()) told.failures.push_back(why);
  }

  // Time and visitors.

  Duration since_start() const { return cluster_.now() - started_at_; }
  void pause() { advance(scenario_.pace); }
  void advance(Duration span) {
    bool reached = false;
    cluster_.world().scheduler().at(cluster_.now() + span, [&] { reached = true; });
    cluster_.world().scheduler().run_until([&] { return reached; });
  }
  template <class Done>
  void run_until(Done done) {
    cluster_.world().scheduler().run_until(done, limit_);
  }

  void start_loads(const std::string& step) {
    for (const Load& load : scenario_.loads) {
      if (load.from == step) cluster_.start_load(load);
    }
  }

  void stop_loads(const std::string& step) {
    for (const Load& load : scenario_.loads) {
      if (load.to == step) cluster_.stop_load();
    }
  }

  /// After the last step everything has the longest time that an eventual property allows.
  void settle() {
    Duration longest{0};
    for (const Property& property : scenario_.properties) {
      if (property.within) longest = std::max(longest, *property.within);
    }
    advance(longest);
  }

  std::size_t tablet_count() const {
    std::size_t count = 0;
    for (const std::string& cell : cluster_.cells())
      count += cluster_.paths(cell, "tablets/").size();
    return count;
  }

  // Concluding.

  void conclude() {
    report_.scenario = scenario_.name;
    report_.seed = options_.seed;
    report_.schedule = sim::to_string(options_.schedule);
    if (options_.choices) report_.played = cluster_.world().choices().misfit();
    if (options_.record_choices) options_.record_choices(cluster_.world().choices().recorded());
    for (const ShardSpec& shard : scenario_.keyspaces.front().shards) {
      report_.tablets += cluster_.aliases_of(shard).size();
    }
    for (const ShardSpec& shard : scenario_.sharded_template) {
      report_.tablets += cluster_.aliases_of(shard).size();
    }
    const bool complete = report_.inconclusive.empty();
    std::size_t check = 0, situation = 0;
    for (const Property& property : scenario_.properties) {
      report_.properties.push_back(property.kind == Property::Kind::sometimes
                                       ? judge_situation(property, *situations_[situation++])
                                       : judge_check(property, *checks_[check++], complete));
    }
    conclude_load();
    report_.digest = cluster_.world().trace().digest().substr(0, short_digest);
    report_.events = cluster_.world().trace().events();
    report_.length = since_start();
  }

  PropertyReport judge_check(const Property& property, Check& check, bool complete) {
    if (complete) check.at_end();
    PropertyReport told;
    told.name = property.name;
    told.kind = property.kind;
    if (check.violation_count() == 0) {
      told.detail = check.open_question();
      const bool sure = complete && told.detail.empty();
      told.outcome = sure ? PropertyOutcome::held : PropertyOutcome::inconclusive;
      return told;
    }
    const Violation& first = check.violations().front();
    told.outcome = PropertyOutcome::violated;
    told.detail = fmt::format("t={} event {}: {}", format_moment(first.at - started_at_),
                              first.event, first.sentence);
    for (const std::string& detail : first.details) told.detail += "\n          " + detail;
    if (check.violation_count() > 1) {
      told.detail += fmt::format("\n          ... and {} more", check.violation_count() - 1);
    }
    return told;
  }

  static PropertyReport judge_situation(const Property& property, Situation& situation) {
    situation.at_end();
    PropertyReport told;
    told.name = property.name;
    told.kind = property.kind;
    told.outcome = situation.reached() ? PropertyOutcome::held : PropertyOutcome::inconclusive;
    return told;
  }

  void conclude_load() {
    const fakes::guestbook::LedgerSummary summary = cluster_.ledger().summary();
    LoadReport load;
    load.ok = summary.reads_ok + summary.writes_acknowledged;
    load.refused = summary.reads_failed + summary.writes_refused;
    load.unknown = summary.writes_unknown + summary.pending;
    load.p50 = summary.p50;
    load.p99 = summary.p99;
    if (load.total() > 0) report_.loads.push_back(load);
  }

  const Scenario& scenario_;
  RunOptions options_;
  LiveCluster cluster_;
  WorldFacts facts_;
  std::vector<Remembered> remembered_;
  std::vector<std::unique_ptr<Check>> checks_;
  std::vector<std::unique_ptr<Situation>> situations_;
  TimePoint started_at_ = sim::World::start_time;
  TimePoint limit_ = TimePoint::max();
  RunReport report_;
};

}  // namespace

void add_control_programs(LiveCluster& cluster) {
  const std::string topo = cluster.global_topo_address();
  cluster.set_program("vtctld", [topo](sim::Process& process) {
    vtctl::VtctldOptions options;
    options.global_topo_address = topo;
    options.port = LiveCluster::vtctld_port;
    return std::make_unique<VtctldProgram>(process, std::move(options));
  });
  const std::string cell = cluster.cells().front();
  cluster.set_program("vtworker", [topo, cell](sim::Process& process) {
    worker::VtworkerOptions options;
    options.cell = cell;
    options.global_topo_address = topo;
    options.port = LiveCluster::vtworker_port;
    return std::make_unique<VtworkerProgram>(process, std::move(options));
  });
}

RunReport run_scenario(const Scenario& scenario, RunOptions options) {
  return Run(scenario, std::move(options)).report();
}

}  // namespace shardlab::scenarios
