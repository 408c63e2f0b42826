#include "sim/nemesis.h"

#include <algorithm>
#include <fmt/format.h>

#include "sim/apply_fault.h"
#include "sim/world.h"

namespace shardlab::sim {

struct Nemesis::Run {
  FaultReport report;
  std::unique_ptr<Fault> fault;
};

struct Nemesis::State : std::enable_shared_from_this<State> {
  explicit State(World& world) : world(world) {}

  void begin(std::size_t i);
  void end(std::size_t i);
  void do_what_is_due();
  void schedule_next();

  World& world;
  TimePoint started{};
  bool is_running = false;
  std::vector<Run> runs;
};

void Nemesis::State::begin(std::size_t i) {
  Run& run = runs[i];
  run.report.has_begun = true;
  run.report.began = world.now() - started;
  run.fault = apply_fault(world, run.report.fault);
}

void Nemesis::State::end(std::size_t i) {
  Run& run = runs[i];
  run.report.effects = run.fault->effects();
  run.report.has_ended = true;
  run.report.ended = world.now() - started;
  run.fault.reset();
}

void Nemesis::State::do_what_is_due() {
  const Duration now = world.now() - started;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].fault && runs[i].report.fault.end() <= now) end(i);
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].report.has_begun && runs[i].report.fault.start <= now) begin(i);
  }
}

void Nemesis::State::schedule_next() {
  Duration next = Duration::max();
  for (const Run& run : runs) {
    if (run.fault) next = std::min(next, run.report.fault.end());
    if (!run.report.has_begun) next = std::min(next, run.report.fault.start);
  }
  is_running = next != Duration::max();
  if (!is_running) return;
  world.scheduler().at(started + next, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || !self->is_running) return;
    self->do_what_is_due();
    self->schedule_next();
  });
}

Nemesis::Nemesis(World& world, FaultPlan plan) : state_(std::make_shared<State>(world)) {
  for (PlannedFault& fault : plan) {
    check_fault(world, fault);
    Run run;
    run.report.fault = std::move(fault);
    state_->runs.push_back(std::move(run));
  }
}

Nemesis::~Nemesis() { stop(); }

void Nemesis::start() {
  check(!state_->is_running, "a nemesis is started once");
  state_->started = state_->world.now();
  state_->schedule_next();
}

void Nemesis::stop() {
  state_->is_running = false;
  for (std::size_t i = 0; i < state_->runs.size(); ++i) {
    if (state_->runs[i].fault) state_->end(i);
  }
}

bool Nemesis::is_done() const { return !state_->is_running; }

std::vector<FaultReport> Nemesis::report() const {
  std::vector<FaultReport> reports;
  for (const Run& run : state_->runs) {
    reports.push_back(run.report);
    if (run.fault) reports.back().effects = run.fault->effects();
  }
  return reports;
}

std::string to_text(const FaultReport& report) {
  const std::string what = to_text(report.fault);
  if (!report.has_begun) return what + ": not begun";
  const std::string window =
      fmt::format("{}..{}", seconds_text(report.began),
                  report.has_ended ? seconds_text(report.ended) : std::string("(still on)"));
  if (report.is_wasted()) return fmt::format("{}: {} wasted", what, window);
  return fmt::format("{}: {} {} effects", what, window, report.effects);
}

}  // namespace shardlab::sim
