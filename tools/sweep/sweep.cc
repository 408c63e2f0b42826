#include "tools/sweep/sweep.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <map>

#include "scenarios/report/format.h"
#include "scenarios/run/runner.h"
#include "tools/sweep/progress.h"

namespace shardlab::tools {
namespace {

using scenarios::Ending;
using scenarios::Tally;
using scenarios::WorldRecord;

/// Real ones for a world, which takes a fraction of one.
constexpr unsigned most_seconds = 300;

Duration cpu_time() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// Worlds end in any order; the tally gets them in the order of their seeds.
class InOrder {
 public:
  explicit InOrder(const scenarios::Scenario& scenario) : tally_(scenario) {}

  void add(std::uint64_t index, WorldRecord record) {
    waiting_.emplace(index, std::move(record));
    while (!waiting_.empty() && waiting_.begin()->first == next_) pass_on();
  }
  /// With what waits for a world that will not come.
  Tally finish() && {
    while (!waiting_.empty()) pass_on();
    return std::move(tally_);
  }

 private:
  void pass_on() {
    next_ = waiting_.begin()->first + 1;
    tally_.add(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }

  Tally tally_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, WorldRecord> waiting_;
};

class Sweep {
 public:
  explicit Sweep(const SweepPlan& plan) : plan_(plan), began_(std::chrono::steady_clock::now()) {
    for (const SweptScenario& swept : plan.scenarios) results_.emplace_back(swept.scenario);
    open_situations_ = situations();
  }

  SweepResult play() {
    Jobs jobs;
    jobs.count = plan_.worlds();
    jobs.workers = plan_.workers;
    jobs.task.work = [this](std::uint64_t job) { return encode(play_world(job)); };
    jobs.task.most_seconds = most_seconds;
    if (plan_.time) jobs.task.deadline = began_ + *plan_.time;
    jobs.ended = [this](const JobEnd& end) { take(end); };
    jobs.waited = [this] { progress_.tell([this] { return status(); }); };
    SweepResult result;
    result.jobs = do_jobs(jobs);
    result.real = real();
    for (InOrder& one : results_) result.tallies.push_back(std::move(one).finish());
    return result;
  }

 private:
  std::size_t scenario_of(std::uint64_t job) const { return job % plan_.scenarios.size(); }
  std::uint64_t index_of(std::uint64_t job) const { return job / plan_.scenarios.size(); }
  Duration real() const { return std::chrono::steady_clock::now() - began_; }

  /// In a worker.
  WorldRecord play_world(std::uint64_t job) const {
    scenarios::RunOptions options;
    options.seed = plan_.seeds.at(index_of(job));
    options.schedule = plan_.schedule;
    const Duration before = cpu_time();
    const auto& swept = plan_.scenarios[scenario_of(job)];
    WorldRecord record = record_of(scenarios::run_scenario(swept.scenario, std::move(options)));
    record.cpu = cpu_time() - before;
    return record;
  }

  void take(const JobEnd& end) {
    const std::uint64_t seed = plan_.seeds.at(index_of(end.job));
    WorldRecord record;
    switch (end.how) {
      case JobEnd::How::done: record = scenarios::decode_world_record(end.text); break;
      case JobEnd::How::threw: record = scenarios::record_of_failure(seed, end.text); break;
      case JobEnd::How::died:
        record = scenarios::record_of_failure(seed, "its worker process " + end.text);
        break;
    }
    ++worlds_;
    if (record.ending != Ending::held) ++not_held_;
    simulated_ += record.length;
    for (const std::string& name : record.reached) std::erase(open_situations_, name);
    results_[scenario_of(end.job)].add(index_of(end.job), std::move(record));
  }

  std::vector<std::string> situations() const {
    std::vector<std::string> names;
    for (const SweptScenario& swept : plan_.scenarios) {
      for (const scenarios::Property& property : swept.scenario.properties) {
        if (property.kind != scenarios::Property::Kind::sometimes) continue;
        if (std::ranges::find(names, property.name) == names.end()) names.push_back(property.name);
      }
    }
    return names;
  }

  /// `"412 of 1,000 worlds · 28.1/s · 8.2 h simulated · 0 not held · 21 s left · not reached ..."`
  std::string status() const {
    const double seconds = std::chrono::duration<double>(real()).count();
    const double rate = static_cast<double>(worlds_) / seconds;
    std::string line =
        fmt::format("{} of {} worlds · {:.1f}/s · {:.1f} h simulated · {} not held",
                    scenarios::format_count(worlds_), scenarios::format_count(plan_.worlds()), rate,
                    std::chrono::duration<double, std::ratio<3600>>(simulated_).count(),
                    scenarios::format_count(not_held_));
    if (worlds_ > 0) line += fmt::format(" · {:.0f} s left", seconds_left(seconds, rate));
    if (open_situations_.size() == 1) {
      line += " · not reached yet: " + open_situations_.front();
    } else if (!open_situations_.empty()) {
      line += fmt::format(" · {} situations not reached yet", open_situations_.size());
    }
    return line;
  }

  double seconds_left(double played, double rate) const {
    double left = static_cast<double>(plan_.worlds() - worlds_) / rate;
    if (plan_.time) {
      left = std::min(left, std::chrono::duration<double>(*plan_.time).count() - played);
    }
    return std::max(left, 0.0);
  }

  const SweepPlan& plan_;
  const RealTime began_;
  std::vector<InOrder> results_;
  Progress progress_;
  std::uint64_t worlds_ = 0;
  std::uint64_t not_held_ = 0;
  Duration simulated_{0};
  std::vector<std::string> open_situations_;
};

}  // namespace

std::uint64_t SweepResult::worlds() const {
  std::uint64_t sum = 0;
  for (const Tally& tally : tallies) sum += tally.worlds();
  return sum;
}

const FoundCase* SweepResult::case_of(std::size_t scenario, std::uint64_t seed) const {
  for (const SweptCase& one : cases) {
    if (one.scenario == scenario && one.seed == seed) return &one.found;
  }
  return nullptr;
}

SweepResult play_sweep(const SweepPlan& plan) { return Sweep(plan).play(); }

}  // namespace shardlab::tools
