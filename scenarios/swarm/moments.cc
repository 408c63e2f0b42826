#include "scenarios/swarm/moments.h"

#include <algorithm>

#include "scenarios/cluster/host_names.h"
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
    clone();
    diff();
    migration();
    afterwards();
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
      if (verb == "MigrateServedTypes" && command.arguments.back() == "master") {
        cutover_step_ = step.id;
        return;
      }
      if (command.script == "sharded-vttablet-up.sh") moment.has_targets = true;
      if (verb == "InitShardMaster") moment.has_masters = true;
      if (verb == "SplitClone") moment.has_streams = true;
      moment.trigger.on = FaultTrigger::On::step;
      moment.trigger.id = step.id;
      moment.trigger.most_delay = milliseconds(2000);
      all_.push_back(moment);
    }
  }

  void one_event(std::string_view name, std::uint64_t nth, Moment moment) {
    moment.trigger.on = FaultTrigger::On::event;
    moment.trigger.event = find_event_name(name);
    moment.trigger.nth = nth;
    all_.push_back(std::move(moment));
  }

  /// `times`: how often it surely happens.
  void event(std::string_view name, std::uint64_t times, const Moment& moment) {
    // As far as some, then further apart: no kind of event is to outnumber the others.
    for (std::uint64_t nth = 1; nth <= times; nth += 1 + nth / 4) one_event(name, nth, moment);
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
    Moment moment;
    moment.stretch = Stretch::creation;
    event("topo.written", tablets, moment);
    event("tablet.serving-changed", tablets, moment);
    moment.in_lock = true;
    event("topo.lock-taken", tablets, moment);
    moment.in_command = moment.has_targets = true;
    moment.trigger.where = {{"process", "vtctld"}};
    event("topo.lock-taken", targets_.size(), moment);
    moment.trigger.where.clear();
    event("server.writable", targets_.size(), moment);
    schemas(moment);
    if (target_tablets() > targets_.size()) event("replication.started", targets_.size(), moment);
  }

  /// What InitShardMaster and CopySchemaShard create on a new master, which made its first two
  /// changes when it started.
  void schemas(Moment moment) {
    for (const ShardSpec& shard : scenario_.sharded_template) {
      const std::string master = tablet_host(scenario_.cluster.cells.front(), shard.uids.first);
      moment.trigger.where = {{"host", master}, {"user", "dba"}};
      for (std::uint64_t nth = 3; nth <= 7; ++nth) one_event("schema.changed", nth, moment);
    }
  }

  /// While a command of vtworker is carried out.
  static Moment of_worker(Stretch stretch) {
    Moment moment;
    moment.stretch = stretch;
    moment.in_command = moment.in_worker = moment.has_targets = moment.has_masters = true;
    return moment;
  }

  void clone() {
    Moment moment = of_worker(Stretch::clone);
    event("worker.any", 4, moment);
    event("stream.any", targets_.size(), moment);
    event("stream.running", targets_.size(), moment);
    moment.has_drained = true;
    event("clone.copying", 1, moment);
    event("replication.stopped", 1, moment);
    moment.has_streams = true;
    event("worker.cleaning-up", 1, moment);
  }

  void diff() {
    Moment moment = of_worker(Stretch::diff);
    moment.has_drained = moment.has_streams = true;
    for (const char* name :
         {"diff.synchronizing", "diff.comparing", "diff.table-compared", "worker.cleaning-up"}) {
      const bool is_of_clone_too = std::string_view(name) == "worker.cleaning-up";
      for (std::size_t i = 0; i < targets_.size(); ++i) {
        moment.drained_target = targets_[i];
        one_event(name, i + (is_of_clone_too ? 2 : 1), moment);
      }
    }
  }

  void migration() {
    Moment moment;
    moment.in_command = moment.in_lock = true;
    moment.has_targets = moment.has_masters = moment.has_streams = true;
    for (const EventName& one : event_names()) {
      if (one.kind != "MigrationStepDone" || one.name == "migrate.undone") continue;
      const std::uint64_t before = migrations_before_cutover(one.name);
      const bool is_last = one.name == "migrate.done";
      moment.in_command = moment.in_lock = !is_last;
      moment.stretch = Stretch::migration;
      event(one.name, before, moment);
      moment.stretch = Stretch::cutover;
      if (one.name != "migrate.any" && !is_last) one_event(one.name, before + 1, moment);
    }
    moment.in_command = moment.in_lock = true;
    locks("global", moment);
    for (const std::string& cell : scenario_.cluster.cells) locks(cell, moment);
  }

  /// Of the keyspace, in that topology, by the three migrations.
  void locks(const std::string& cell, Moment moment) {
    const std::string& keyspace = scenario_.keyspaces.front().name;
    moment.trigger.where = {{"process", "vtctld"},
                            {"path", "/vitess/" + cell + "/keyspaces/" + keyspace}};
    for (std::uint64_t i = 1; i <= 3; ++i) {
      moment.stretch = i == 3 ? Stretch::cutover : Stretch::migration;
      one_event("topo.lock-taken", i, moment);
    }
  }

  void afterwards() {
    Moment moment;
    moment.stretch = Stretch::afterwards;
    moment.has_targets = moment.has_masters = moment.has_streams = moment.has_cut_over = true;
    one_event("migrate.done", 3, moment);
    if (cutover_step_.empty()) return;
    moment.trigger = FaultTrigger();
    moment.trigger.on = FaultTrigger::On::step;
    moment.trigger.id = cutover_step_;
    moment.trigger.most_delay = milliseconds(100);
    all_.push_back(moment);
  }

  /// How often migrations before the cutover do that step, at least.
  static std::uint64_t migrations_before_cutover(std::string_view event) {
    if (event == "migrate.any") return 4;
    return event == "migrate.controls-set" || event == "migrate.graph-migrated" ||
                   event == "migrate.done"
               ? 2
               : 0;
  }

  std::uint64_t target_tablets() const {
    std::uint64_t count = 0;
    for (const ShardSpec& shard : scenario_.sharded_template) count += shard.uids.size();
    return count * scenario_.cluster.cells.size();
  }

  const Scenario& scenario_;
  std::vector<std::string> targets_;
  std::string cutover_step_;
  std::vector<Moment> all_;
};

}  // namespace

std::vector<Moment> moments_of(const Scenario& scenario) { return Moments(scenario).all(); }

}  // namespace shardlab::scenarios
