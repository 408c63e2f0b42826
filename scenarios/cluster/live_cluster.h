#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/proto/topodata.pb.h"
#include "fakes/disturbances.h"
#include "fakes/etcd/store.h"
#include "fakes/guestbook/guestbook.h"
#include "scenarios/checks/observation.h"
#include "scenarios/cluster/addresses.h"
#include "scenarios/file/scenario.h"
#include "sim/disk.h"
#include "sim/world.h"

namespace shardlab::fakes::mysql {
class Engine;
}

namespace shardlab::scenarios {

/// The cluster of a scenario as a simulated world: every process on a host of its own, `mysqld`
/// beside its `vttablet`. Processes share nothing but the network; what outlives them (disks,
/// etcd's data, the visitors' ledger) is kept here.
///
/// | host | processes |
/// |---|---|
/// | `etcd-global`, `etcd-test` (one per cell) | `etcd`; several members are `etcd-global-1`, ... |
/// | `vtctld` (a second one `vtctld-2`), `vtworker` | what `set_program` gave |
/// | `test-0000000100` (one per tablet) | `mysqld`, `vttablet` |
/// | `vtgate-test-1` | `vtgate` |
/// | `guestbook` | `guestbook` |
/// | `operator` | `shell`: where clients of vtctld run |
///
/// All hosts exist from the start with their addresses; processes run when they are started.
/// Source: Vitess examples/kubernetes.
class LiveCluster final : public Observation {
 public:
  /// The scenario says what the network is like; the options say the rest.
  LiveCluster(Scenario scenario, sim::WorldOptions options);
  LiveCluster(Scenario scenario, std::uint64_t seed);
  ~LiveCluster() override;

  const Scenario& scenario() const { return scenario_; }
  sim::World& world() { return world_; }
  /// Where every process finds the topology: `"10.64.0.3:2379"`, the members of an etcd with
  /// commas between.
  std::string global_topo_address() const { return etcd_address(""); }
  /// The same for the etcd of a cell.
  std::string etcd_address(const std::string& cell) const;
  /// The hosts of the etcd that this host belongs to.
  std::vector<std::string> etcd_members(const std::string& host) const;
  /// `"10.64.1.4:15999"` of host and port. Throws BugError for an unknown host.
  std::string address_of(const std::string& host, int port) const;
  /// The first keyspace of the scenario, the one the Guestbook uses.
  const std::string& keyspace() const { return scenario_.keyspaces.front().name; }

  /// What is done from outside to the etcd, mysqld or Guestbook of that host; over restarts.
  /// Members of an etcd share it.
  const std::shared_ptr<fakes::Disturbances>& disturbances(const std::string& host);

  /// The program of a vtctld's host or of `"vtworker"`. To be told before it is started.
  void set_program(const std::string& host, sim::Process::Factory factory);

  static constexpr int tablet_port = 15002;
  static constexpr int vtgate_port = 15991;
  static constexpr int vtctld_port = 15999;
  static constexpr int vtworker_port = 15033;

  // What the guide's scripts do. Starting what runs and stopping what is down do nothing; a stopped
  // tablet leaves its records, and its data to the next start.
  void start_etcd();
  void stop_etcd();
  void start(const std::string& host);
  void stop(const std::string& host);
  /// Asks the processes of the host to end.
  void terminate(const std::string& host);
  /// Gives the aliases, `"test-0000000200"`, in order.
  std::vector<std::string> start_tablets(const ShardSpec& shard);
  std::vector<std::string> stop_tablets(const ShardSpec& shard);
  void start_vtgates();
  void stop_vtgates();
  /// Aliases of a shard's tablets, in all cells; replica-type ones first.
  std::vector<std::string> aliases_of(const ShardSpec& shard) const;

  /// Visitors; while the Guestbook is down they stay away. The times of listed visits count from
  /// now.
  void start_load(const Load& load);
  void stop_load();
  /// Gives the ledger's id of the operation. The Guestbook must run.
  std::uint64_t post(const Post& post);

  /// The process of clients such as `kvtctl.sh`: they are spawned on its `background()`. Runs from
  /// `bring_up` on.
  sim::Process& operator_process();
  /// The ports of that process.
  Env operator_env();

  /// Does a process listen there.
  bool is_listening(const std::string& host, int port);
  /// Does the query service of the tablet serve.
  bool is_serving(const std::string& alias) const;
  /// Does everything run that was ever started and not stopped.
  bool is_up() const;

  /// Runs the world.
  void run_for(Duration span);

  // Observation.
  TimePoint now() const override { return world_.now(); }
  std::vector<std::string> cells() const override { return scenario_.cluster.cells; }
  std::optional<std::string> record(const std::string& cell,
                                    const std::string& path) const override;
  std::vector<std::string> paths(const std::string& cell, const std::string& prefix) const override;
  std::optional<QueryResult> query(const std::string& alias, const std::string& sql) const override;
  std::optional<std::vector<BinlogTransaction>> log_after(const std::string& alias,
                                                          const std::string& gtid) const override;
  std::optional<std::uint64_t> moment() const override;
  Messages messages(const std::string& alias, const std::string& keyspace) const override;
  bool is_running(const std::string& host, const std::string& process) const override;
  std::optional<std::string> etcd_leader(const std::string& cell) const override;
  const fakes::guestbook::Ledger& ledger() const override { return ledger_; }
  std::string table() const override;
  const std::vector<MessageRow>& initial_rows() const override { return initial_rows_; }

 private:
  /// A tablet's place: what is there when no process runs.
  struct TabletPlace {
    topodata::TabletAlias alias;
    std::string keyspace;
    std::string shard;
    topodata::TabletType type = topodata::REPLICA;
    sim::HostDisk* disk = nullptr;
  };

  sim::Host& add_host(const std::string& name);
  void add_etcd(const std::string& cell);
  void add_etcd_members(const std::string& cell, const std::vector<std::string>& names);
  void add_tablets(const std::string& keyspace, const ShardSpec& shard, const sim::Disk* backup);
  void add_vtgates();
  void add_guestbook();
  void add_tablet_processes(sim::Host& host, TabletPlace& place);
  void follow_serving();
  void revive_servers();
  /// Null unless the tablet's server runs.
  const fakes::mysql::Engine* running_engine(const std::string& alias) const;
  class Copy;
  /// Of the tablet's server as it is now; null for an unknown tablet.
  Copy* copy_of(const std::string& alias) const;
  std::vector<sim::Process*> processes_of(const std::string& host) const;
  fakes::guestbook::Guestbook& guestbook();
  void expect_visits(const std::vector<Visit>& visits);

  Scenario scenario_;
  Addresses addresses_;
  std::vector<MessageRow> initial_rows_;
  fakes::guestbook::Ledger ledger_;
  /// By cell, "" for the global one: what an etcd has stored, or its members have agreed on.
  std::map<std::string, std::shared_ptr<fakes::etcd::Store>> stores_;
  std::map<std::string, TabletPlace> tablets_;                                ///< by alias
  std::map<std::string, std::string> ips_;                                    ///< by host
  std::map<std::string, sim::Process::Factory> programs_;                     ///< by host
  std::map<std::string, std::shared_ptr<fakes::Disturbances>> disturbances_;  ///< by host
  std::map<std::string, bool> serving_;                                       ///< by alias
  std::vector<std::string> vtgates_;                                          ///< hosts
  std::optional<fakes::guestbook::Load> load_;                   ///< while visitors come
  std::uint64_t stops_ = 0;                                      ///< done from outside
  mutable std::map<std::string, std::shared_ptr<Copy>> copies_;  ///< by alias, for checks
  mutable sim::World world_;  ///< last: its processes use the rest
};

/// Where a cell's records lie in its etcd: `"/vitess/test"`; `"/vitess/global"` for `""`.
std::string topo_root(const std::string& cell);

/// Brings the cluster where the guide begins: etcd knows the cells, vtctld runs if it has a
/// program, the scenario's shards have their data, a master, replicas that replicate and serve;
/// vtgates and the Guestbook run, without visitors. Runs the world until then.
///
/// Servers begin as restored from one backup, InitShardMaster sets up replication.
/// Throws Error: timed_out when that takes longer than five minutes of virtual time, or what
/// failed.
void bring_up(LiveCluster& cluster);

}  // namespace shardlab::scenarios
