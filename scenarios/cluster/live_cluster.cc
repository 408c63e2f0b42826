#include "scenarios/cluster/live_cluster.h"

#include <fmt/format.h>
#include <utility>

#include "fakes/etcd/member.h"
#include "fakes/etcd/server.h"
#include "fakes/mysql/server.h"
#include "fakes/mysql/vfs.h"
#include "scenarios/cluster/host_names.h"
#include "scenarios/cluster/initial_data.h"
#include "scenarios/cluster/programs.h"

namespace shardlab::scenarios {
namespace {

/// Source: Kubernetes' first back-off of a crashed container.
constexpr Duration pod_restart_delay = 10s;

sim::WorldOptions with_latency(sim::WorldOptions options, const Latency& latency) {
  options.latency = sim::LatencyModel(latency.p50, latency.p99);
  return options;
}

}  // namespace

std::string topo_root(const std::string& cell) {
  return "/vitess/" + (cell.empty() ? std::string("global") : cell);
}

LiveCluster::LiveCluster(Scenario scenario, sim::WorldOptions options)
    : scenario_(std::move(scenario)),
      addresses_(scenario_.cluster.ips),
      initial_rows_(scenarios::initial_rows(scenario_)),
      world_(with_latency(std::move(options), scenario_.latency)) {
  fakes::mysql::reset_sqlite_randomness();
  add_etcd("");
  for (const std::string& cell : scenario_.cluster.cells) add_etcd(cell);
  for (int i = 1; i <= scenario_.cluster.vtctlds; ++i) add_host(vtctld_host(i));
  add_host("vtworker");
  add_host("operator").add_process("shell", [](sim::Process& process) {
    return std::make_unique<IdleProgram>(process);
  });
  for (const KeyspaceSpec& keyspace : scenario_.keyspaces) {
    for (const ShardSpec& shard : keyspace.shards) {
      const auto backup = restored_disk(scenario_, keyspace.name, shard.name, initial_rows_);
      add_tablets(keyspace.name, shard, backup.get());
    }
  }
  for (const ShardSpec& shard : scenario_.sharded_template) {
    add_tablets(keyspace(), shard, nullptr);
  }
  add_vtgates();
  add_guestbook();
  follow_serving();
  revive_servers();
}

LiveCluster::LiveCluster(Scenario scenario, std::uint64_t seed)
    : LiveCluster(std::move(scenario), sim::WorldOptions{.seed = seed}) {}

LiveCluster::~LiveCluster() = default;

sim::Host& LiveCluster::add_host(const std::string& name) {
  return world_.add_host(name, ips_[name] = addresses_.next());
}

std::string LiveCluster::address_of(const std::string& host, int port) const {
  const auto found = ips_.find(host);
  check(found != ips_.end(), "the cluster has no such host");
  return fmt::format("{}:{}", found->second, port);
}

std::string LiveCluster::etcd_address(const std::string& cell) const {
  std::string addresses;
  for (const std::string& host : etcd_hosts(scenario_.cluster, cell)) {
    addresses += (addresses.empty() ? "" : ",") + address_of(host, 2379);
  }
  return addresses;
}

std::vector<std::string> LiveCluster::etcd_members(const std::string& host) const {
  if (is_etcd_host(host, "")) return etcd_hosts(scenario_.cluster, "");
  for (const std::string& cell : scenario_.cluster.cells) {
    if (is_etcd_host(host, cell)) return etcd_hosts(scenario_.cluster, cell);
  }
  return {};
}

const std::shared_ptr<fakes::Disturbances>& LiveCluster::disturbances(const std::string& host) {
  const std::vector<std::string> members = etcd_members(host);
  auto& found = disturbances_[members.empty() ? host : members.front()];
  if (!found) found = std::make_shared<fakes::Disturbances>();
  return found;
}

void LiveCluster::run_for(Duration span) {
  bool is_over = false;
  world_.scheduler().at(now() + span, [&] { is_over = true; });
  world_.scheduler().run_until([&] { return is_over; });
}

// Building.

void LiveCluster::add_etcd(const std::string& cell) {
  const std::vector<std::string> names = etcd_hosts(scenario_.cluster, cell);
  if (names.size() > 1) return add_etcd_members(cell, names);
  auto store = std::make_shared<fakes::etcd::Store>();
  stores_[cell] = store;
  sim::Host& host = add_host(etcd_host(cell));
  sim::HostDisk& disk = host.add_disk("data");
  host.add_process("etcd",
                   fakes::etcd::etcd_program(std::move(store), &disk, disturbances(host.name())));
}

void LiveCluster::add_etcd_members(const std::string& cell, const std::vector<std::string>& names) {
  fakes::etcd::MemberOptions options;
  options.agreed = std::make_shared<fakes::etcd::AgreedLog>();
  options.disturbances = disturbances(names.front());
  stores_[cell] = options.agreed->store();
  for (const std::string& name : names) options.ips.push_back(add_host(name).ip());
  for (const std::string& name : names) {
    sim::Host& host = *world_.find_host(name);
    host.add_process("etcd", etcd_member_program(options, host.add_disk("data")));
    ++options.number;
  }
}

void LiveCluster::add_tablets(const std::string& keyspace, const ShardSpec& shard,
                              const sim::Disk* backup) {
  const auto& cells = scenario_.cluster.cells;
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    for (std::uint64_t i = 0; i < shard.uids.size(); ++i) {
      const std::uint64_t uid = cell * uids_per_cell + shard.uids.first + i;
      TabletPlace& place = tablets_[tablet_host(cells[cell], uid)];
      place.alias.set_cell(cells[cell]);
      place.alias.set_uid(static_cast<std::uint32_t>(uid));
      place.keyspace = keyspace;
      place.shard = shard.name;
      const bool is_rdonly = i >= static_cast<std::uint64_t>(shard.replica);
      place.type = is_rdonly ? topodata::RDONLY : topodata::REPLICA;
      sim::Host& host = add_host(tablet_host(cells[cell], uid));
      place.disk = backup ? &host.add_disk("data", backup->clone()) : &host.add_disk("data");
      add_tablet_processes(host, place);
    }
  }
}

void LiveCluster::add_tablet_processes(sim::Host& host, TabletPlace& place) {
  const auto disturbed = disturbances(host.name());
  host.add_process("mysqld", [&place, disturbed](sim::Process& process) {
    fakes::mysql::ServerOptions options;
    options.server_id = place.alias.uid();
    options.disturbances = disturbed;
    return fakes::mysql::mysqld_program(process, place.disk->mount(process), options);
  });
  host.add_process("vttablet", [this, &place](sim::Process& process) {
    tablet::TabletOptions options;
    options.alias = place.alias;
    options.keyspace = place.keyspace;
    options.shard = place.shard;
    options.init_type = place.type;
    options.global_topo_address = global_topo_address();
    return std::make_unique<TabletProgram>(process, std::move(options));
  });
}

void LiveCluster::add_vtgates() {
  for (const auto& [cell, count] : scenario_.cluster.vtgates) {
    for (int i = 1; i <= count; ++i) {
      vtgates_.push_back(vtgate_host(cell, i));
      add_host(vtgates_.back()).add_process("vtgate", [this, cell = cell](sim::Process& process) {
        vtgate::VtGateOptions options;
        options.name = process.host().name();
        options.cell = cell;
        options.cells_to_watch = scenario_.cluster.cells;
        options.port = vtgate_port;
        options.topo_address = global_topo_address();
        return std::make_unique<VtGateProgram>(process, std::move(options));
      });
    }
  }
}

void LiveCluster::add_guestbook() {
  add_host("guestbook").add_process("guestbook", [this](sim::Process& process) {
    fakes::guestbook::GuestbookOptions options;
    options.keyspace = keyspace();
    options.disturbances = disturbances("guestbook");
    for (const std::string& host : vtgates_) {
      options.vtgates.push_back(address_of(host, vtgate_port));
    }
    auto program = std::make_unique<GuestbookProgram>(process, std::move(options), ledger_);
    if (load_) program->guestbook().start_load(*load_);
    return program;
  });
}

/// A server that has ended by itself is started again, as its pod would be.
void LiveCluster::revive_servers() {
  world_.trace().observe([this](const sim::TraceEvent& event) {
    const bool is_server = event.process == "mysqld" || event.process == "etcd";
    if (!is_server || event.kind != "ProcessEnded") return;
    sim::Process* process = world_.find_host(event.host)->find_process(event.process);
    world_.scheduler().at(world_.now() + pod_restart_delay, [process] {
      if (!process->is_stopped()) process->restart();
    });
  });
}

void LiveCluster::follow_serving() {
  world_.trace().observe([this](const sim::TraceEvent& event) {
    if (event.kind == "TabletServingChanged") {
      serving_[std::string(event.text("alias"))] = event.text("state") == "SERVING";
    } else if (event.process == "vttablet" &&
               (event.kind == "ProcessCrashed" || event.kind == "ProcessEnded")) {
      serving_.erase(std::string(event.host));
    }
  });
}

}  // namespace shardlab::scenarios
