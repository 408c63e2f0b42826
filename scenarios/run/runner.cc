#include "scenarios/run/runner.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "scenarios/checks/make_check.h"
#include "scenarios/cluster/host_names.h"
#include "scenarios/cluster/programs.h"
#include "scenarios/expect/output_pattern.h"
#include "scenarios/faults/injector.h"
#include "scenarios/report/format.h"
#include "scenarios/run/conclusion.h"
#include "scenarios/run/facts.h"
#include "scenarios/run/operator.h"
#include "scenarios/run/settling.h"
#include "scenarios/situations/watcher.h"
#include "scenarios/swarm/swarm.h"

namespace shardlab::scenarios {
namespace {

constexpr Duration poll = 100ms;
constexpr Duration default_write_gap = 5s;
/// What is under way when the last visitor has come has this long beyond what properties allow.
constexpr Duration load_ends = 15s;
/// How often it is looked whether everything has settled.
constexpr Duration look = 1s;
/// Part of the digest that is shown.
constexpr std::size_t short_digest = 16;

sim::Choices choices_of(const RunOptions& options) {
  sim::Choices choices =
      options.choices ? sim::Choices(*options.choices) : sim::Choices(options.seed);
  if (options.record) choices.record();
  return choices;
}

sim::WorldOptions world_options(sim::Choices choices, const sim::Schedule& schedule) {
  sim::WorldOptions world;
  world.choices.emplace(std::move(choices));
  world.schedule = schedule;
  return world;
}

/// One run of a scenario, from a world to a report.
class Run {
 public:
  Run(Scenario scenario, RunOptions options, sim::Choices choices)
      : scenario_(std::move(scenario)),
        options_(std::move(options)),
        cluster_(scenario_, world_options(std::move(choices), options_.schedule)),
        facts_(cluster_, cluster_.keyspace()),
        operator_(Operator::Desk{cluster_, scenario_, facts_, checks_, report_, options_.transcript,
                                 [this] { injector_.stop(); }}),
        injector_(cluster_, scenario_.faults, operator_.hooks()) {
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
    injector_.stop();  // also when the run ended early: those who look on are still there
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
        situations_.watch(property.name);
      } else {
        checks_.push_back(make_check(property.name, cluster_, write_gap_bound()));
      }
    }
    for (const OwnCheck& own : options_.checks) checks_.push_back(own.make(cluster_));
    cluster_.world().trace().observe([this](const sim::TraceEvent& event) {
      for (auto& check : checks_) check->observe(event);
      situations_.observe(event);
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
    limit_ = cluster_.now() + scenario_.limit;
    operator_.start(limit_);
    start_loads("");
    pause();
    StepReport ready;
    ready.at = since_start();
    ready.what = "ready";
    ready.outcome = fmt::format("{} tablets; Guestbook serves", tablet_count());
    report_.steps.push_back(ready);
    if (scenario_.faults_after.empty()) start_faults();
    for (const Step& step : scenario_.steps) {
      if (is_over()) return;
      play_step(step);
    }
    settle();
  }

  /// The limit is reached, or what was looked for has been found.
  bool is_over() const {
    if (!report_.inconclusive.empty()) return true;
    return !options_.stop_at.empty() && std::ranges::any_of(checks_, [this](const auto& check) {
      return check->name() == options_.stop_at && check->violation_count() > 0;
    });
  }

  void play_step(const Step& step) {
    step_ = step.id;
    stop_loads(step.id);
    start_loads(step.id);
    std::string output;
    bool is_complete = true;
    for (const CommandLine& command : step.commands) {
      pause();
      const Operator::Played played = operator_.play(step, command);
      output += played.output;
      if (is_over()) return;
      is_complete &= played.has_worked;
      if (!played.has_worked) break;
    }
    for (const Post& post : step.post) post_message(post);
    if (is_complete) judge(step, output, report_.steps.back());
    injector_.step_ended(step.id);
    if (step.id == scenario_.faults_after) start_faults();
    std::vector<Remembered> now;
    for (const Remembered& wanted : remembered_) {
      if (wanted.step == step.id) now.push_back(wanted);
    }
    facts_.remember(now);
  }

  void post_message(const Post& post) {
    run_until([&] { return cluster_.is_running("guestbook", "guestbook"); });
    if (!cluster_.is_running("guestbook", "guestbook")) return;  // the limit was reached
    const std::uint64_t id = cluster_.post(post);
    posted_.push_back(id);
    run_until([&] {
      return cluster_.ledger().operation(id).outcome != fakes::guestbook::Outcome::pending;
    });
  }

  void start_faults() {
    faults_began_ = since_start();
    injector_.start();
    if (!options_.at_send) return;
    cluster_.world().barriers().observe_sends([this](const sim::TraceEvent& event) {
      if (step_.empty()) return;
      sim::Process* sender = cluster_.world().find_host(event.host)->find_process(event.process);
      const SendPoint point{event.host, event.process, ++sends_[sender->id()], step_};
      auto fault = options_.at_send(point);
      if (fault) injector_.begin_at_send(std::move(*fault), *sender);
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
        cluster_.run_for(poll);
      }
    }
    const std::string why = explain_failure(expr, facts_.facts());
    if (!why.empty()) told.failures.push_back(why);
  }

  // Time and visitors.

  Duration since_start() const { return operator_.since_start(); }
  void pause() { cluster_.run_for(scenario_.pace); }
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

  /// After the last step faults end, and visitors come for a quarter of the longest time that an
  /// eventual property allows. Then everything has the rest of it, as far as it is needed.
  void settle() {
    step_.clear();
    injector_.stop();
    Duration longest{0};
    std::vector<std::string> eventual;
    bool may_end_early = true;
    for (const Property& property : scenario_.properties) {
      longest = std::max(longest, property.within.value_or(longest));
      if (property.kind == Property::Kind::eventually) eventual.push_back(property.name);
    }
    for (const OwnCheck& own : options_.checks) {
      longest = std::max(longest, own.property.within.value_or(longest));
      may_end_early &= own.property.kind != Property::Kind::eventually;
    }
    const TimePoint end = cluster_.now() + longest + load_ends;
    cluster_.run_for(longest / 4);
    if (cluster_.is_running("guestbook", "guestbook")) cluster_.stop_load();
    const Settling settling(cluster_, operator_, checks_, std::move(eventual));
    while (cluster_.now() < end) {
      cluster_.run_for(std::min(look, end - cluster_.now()));
      if (may_end_early && settling.is_settled()) return;
    }
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
    for (const ShardSpec& shard : scenario_.keyspaces.front().shards) {
      report_.tablets += cluster_.aliases_of(shard).size();
    }
    for (const ShardSpec& shard : scenario_.sharded_template) {
      report_.tablets += cluster_.aliases_of(shard).size();
    }
    const bool complete = !is_over();
    std::size_t check = 0;
    situations_.at_end();
    for (const Property& property : scenario_.properties) {
      const bool is_situation = property.kind == Property::Kind::sometimes;
      report_.properties.push_back(
          is_situation
              ? scenarios::conclude(property, situations_.has_reached(property.name))
              : scenarios::conclude(property, *checks_[check++], complete, operator_.started_at()));
    }
    for (const OwnCheck& own : options_.checks) {
      report_.properties.push_back(
          scenarios::conclude(own.property, *checks_[check++], complete, operator_.started_at()));
    }
    const LoadReport load = load_report(cluster_.ledger());
    if (load.total() > 0) report_.loads.push_back(load);
    report_.faults = fault_lines(injector_.report(), faults_began_);
    report_.digest = cluster_.world().trace().digest().substr(0, short_digest);
    report_.events = cluster_.world().trace().events();
    report_.length = since_start();
    report_.visits = visit_lines(scenario_, cluster_.ledger(), posted_, operator_.started_at());
    if (options_.record) options_.record(recording());
  }

  Recording recording() {
    Recording recording;
    recording.scenario = scenario_;
    recording.schedule = options_.schedule;
    recording.choices = cluster_.world().choices().recorded();
    recording.visits = visits_of(cluster_.ledger(), posted_, operator_.started_at());
    recording.faults = injector_.report();
    return recording;
  }

  const Scenario scenario_;
  RunOptions options_;
  LiveCluster cluster_;
  WorldFacts facts_;
  std::vector<std::unique_ptr<Check>> checks_;
  RunReport report_;
  Operator operator_;
  FaultInjector injector_;
  Duration faults_began_{0};
  std::string step_;                              ///< that is being played
  std::map<std::uint32_t, std::uint64_t> sends_;  ///< by id of the process
  std::vector<std::uint64_t> posted_;             ///< ids in the ledger of what steps posted
  std::vector<Remembered> remembered_;
  situations::Watcher situations_{cluster_};
  TimePoint limit_ = TimePoint::max();
};

}  // namespace

void add_control_programs(LiveCluster& cluster) {
  const std::string topo = cluster.global_topo_address();
  for (int i = 1; i <= cluster.scenario().cluster.vtctlds; ++i) {
    cluster.set_program(vtctld_host(i), [topo](sim::Process& process) {
      vtctl::VtctldOptions options;
      options.global_topo_address = topo;
      options.port = LiveCluster::vtctld_port;
      return std::make_unique<VtctldProgram>(process, std::move(options));
    });
  }
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
  sim::Choices choices = choices_of(options);
  if (!scenario.is_swarm) return Run(scenario, std::move(options), std::move(choices)).report();
  Drawn drawn = draw_swarm(scenario, choices);
  if (options.schedule == sim::Schedule()) options.schedule = drawn.schedule;
  RunReport report =
      Run(std::move(drawn.scenario), std::move(options), std::move(choices)).report();
  report.drawn = std::move(drawn.said);
  return report;
}

}  // namespace shardlab::scenarios
