#include "scenarios/swarm/moments.h"

#include <algorithm>

#include "scenarios/file/topology.h"

namespace shardlab::scenarios {
namespace {

using std::chrono::milliseconds;

class Moments {
 public:
  explicit Moments(const Scenario& scenario)
      : scenario_(scenario), targets_(target_shards(scenario)) {}

  std::vector<Moment> all() && {
    times();
    steps();
    load();
    creation();
    worker();
    migration();
    return std::move(all_);
  }

 private:
  void times() {
    constexpr int last_s = 24;  // the cutover is never earlier: reads wait for their tablets
    for (int s = 0; s <= last_s; ++s) {
      Moment moment;
      moment.trigger.at = std::chrono::seconds(s);
      moment.trigger.most_delay = milliseconds(999);
      all_.push_back(moment);
    }
  }

  void steps() {
    Moment moment;
    for (const Step& step : scenario_.steps) {
      if (step.commands.empty()) continue;
      const CommandLine& command = step.commands.back();
      const std::string verb = command.arguments.empty() ? "" : command.arguments.front();
      if (verb == "MigrateServedTypes" && command.arguments.back() == "master") return;
      if (command.script == "sharded-vttablet-up.sh") moment.has_targets = true;
      if (verb == "InitShardMaster") moment.has_masters = true;
      if (verb == "SplitClone") moment.has_streams = true;
      moment.trigger.on = FaultTrigger::On::step;
      moment.trigger.id = step.id;
      moment.trigger.most_delay = milliseconds(2000);
      all_.push_back(moment);
    }
  }

  /// `times`: how often it surely happens.
  void event(std::string_view name, std::uint64_t times, Moment moment) {
    moment.trigger.on = FaultTrigger::On::event;
    moment.trigger.event = find_event_name(name);
    // As far as some, then further apart: no kind of event is to outnumber the others.
    for (std::uint64_t nth = 1; nth <= times; nth += 1 + nth / 4) {
      moment.trigger.nth = nth;
      all_.push_back(moment);
    }
  }

  void load() {
    std::int64_t writes = 0;  // in millionths a second
    for (const Load& one : scenario_.loads) {
      writes += one.rate.count * one.write_millionths * 1'000'000'000 / one.rate.per.count();
    }
    constexpr std::int64_t seconds = 10;
    const auto sure = static_cast<std::uint64_t>(writes * seconds / 1'000'000);
    event("write.committed", std::min<std::uint64_t>(sure, 40), Moment());
    event("server.committed", std::min<std::uint64_t>(5 * sure, 100), Moment());
  }

  void creation() {
    const std::uint64_t tablets = target_tablets();
    event("topo.written", tablets, Moment());
    event("tablet.serving-changed", tablets, Moment());
    Moment moment;
    moment.in_lock = true;
    event("topo.lock-taken", tablets, moment);
    moment.in_command = moment.has_targets = true;
    moment.trigger.where = {{"process", "vtctld"}};
    event("topo.lock-taken", targets_.size(), moment);
    moment.trigger.where.clear();
    event("server.writable", targets_.size(), moment);
    if (target_tablets() > targets_.size()) event("replication.started", targets_.size(), moment);
  }

  void worker() {
    Moment moment;
    moment.in_command = moment.in_worker = moment.has_targets = moment.has_masters = true;
    event("worker.any", 4, moment);
    event("stream.any", targets_.size(), moment);
    event("stream.running", targets_.size(), moment);
    moment.has_drained = true;
    event("clone.copying", 1, moment);
    event("replication.stopped", 1, moment);
    moment.has_streams = true;
    for (const char* name : {"diff.synchronizing", "diff.comparing", "diff.table-compared"}) {
      for (std::size_t i = 0; i < targets_.size(); ++i) {
        moment.drained_target = targets_[i];
        moment.trigger.on = FaultTrigger::On::event;
        moment.trigger.event = find_event_name(name);
        moment.trigger.nth = i + 1;
        all_.push_back(moment);
      }
    }
    moment.drained_target.clear();
    event("worker.cleaning-up", 1 + targets_.size(), moment);
  }

  void migration() {
    Moment moment;
    moment.in_command = moment.in_lock = true;
    moment.has_targets = moment.has_masters = moment.has_streams = true;
    for (const EventName& one : event_names()) {
      if (one.kind != "MigrationStepDone" || one.name == "migrate.undone") continue;
      Moment now = moment;
      now.in_command = now.in_lock = one.name != "migrate.done";
      event(one.name, migrations_with(one.name), now);
    }
    moment.trigger.where = {{"process", "vtctld"}};
    moment.trigger.on = FaultTrigger::On::event;
    moment.trigger.event = find_event_name("topo.lock-taken");
    for (std::uint64_t i = 1; i <= 3; ++i) {
      moment.trigger.nth = targets_.size() + i;
      all_.push_back(moment);
    }
  }

  /// How often a step of a migration surely comes; the last one is the cutover's.
  static std::uint64_t migrations_with(std::string_view event) {
    if (event == "migrate.any") return 4;
    if (event == "migrate.graph-migrated") return 3;
    return event == "migrate.controls-set" || event == "migrate.done" ? 2 : 1;
  }

  std::uint64_t target_tablets() const {
    std::uint64_t count = 0;
    for (const ShardSpec& shard : scenario_.sharded_template) count += shard.uids.size();
    return count * scenario_.cluster.cells.size();
  }

  const Scenario& scenario_;
  std::vector<std::string> targets_;
  std::vector<Moment> all_;
};

}  // namespace

std::vector<Moment> moments_of(const Scenario& scenario) { return Moments(scenario).all(); }

}  // namespace shardlab::scenarios
