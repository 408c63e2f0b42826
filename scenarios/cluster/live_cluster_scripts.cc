#include <algorithm>

#include "scenarios/cluster/host_names.h"
#include "scenarios/cluster/live_cluster.h"
#include "scenarios/cluster/programs.h"

namespace shardlab::scenarios {
namespace {

std::uint64_t per_second(const Rate& rate) {
  const std::int64_t per_s = rate.count * std::chrono::nanoseconds(1s).count() / rate.per.count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(per_s, 1));
}

/// `"vtctld"` of `"vtctld-2"`: the process beside which no other runs on its host.
std::string program_of(const std::string& host) {
  return host.starts_with("vtctld-") ? "vtctld" : host;
}

}  // namespace

void LiveCluster::set_program(const std::string& host, sim::Process::Factory factory) {
  sim::Host* found = world_.find_host(host);
  const std::string program = program_of(host);
  check(found && !found->find_process(program), "a program is set once, for vtctld or vtworker");
  found->add_process(program, std::move(factory));
}

std::vector<sim::Process*> LiveCluster::processes_of(const std::string& host) const {
  sim::Host* found = world_.find_host(host);
  check(found != nullptr, "the cluster has no such host");
  std::vector<sim::Process*> processes;
  for (const std::string& name :
       {std::string("etcd"), std::string("mysqld"), std::string("vttablet"), std::string("vtgate"),
        program_of(host)}) {
    if (sim::Process* process = found->find_process(name)) processes.push_back(process);
  }
  return processes;
}

void LiveCluster::start(const std::string& host) {
  for (sim::Process* process : processes_of(host)) {
    process->restart();
  }
}

void LiveCluster::stop(const std::string& host) {
  ++stops_;
  const std::vector<sim::Process*> processes = processes_of(host);
  for (auto process = processes.rbegin(); process != processes.rend(); ++process) {
    (*process)->stop();
  }
}

void LiveCluster::terminate(const std::string& host) {
  for (sim::Process* process : processes_of(host)) process->terminate();
}

void LiveCluster::start_etcd() {
  for (const std::string& host : etcd_hosts(scenario_.cluster, "")) start(host);
  for (const std::string& cell : scenario_.cluster.cells) {
    for (const std::string& host : etcd_hosts(scenario_.cluster, cell)) start(host);
  }
}

void LiveCluster::stop_etcd() {
  for (const std::string& cell : scenario_.cluster.cells) {
    for (const std::string& host : etcd_hosts(scenario_.cluster, cell)) stop(host);
  }
  for (const std::string& host : etcd_hosts(scenario_.cluster, "")) stop(host);
}

std::vector<std::string> LiveCluster::aliases_of(const ShardSpec& shard) const {
  std::vector<std::string> aliases;
  for (const auto& [alias, place] : tablets_) {
    const std::uint64_t uid = place.alias.uid() % uids_per_cell;
    if (place.shard == shard.name && shard.uids.contains(uid)) aliases.push_back(alias);
  }
  return aliases;
}

std::vector<std::string> LiveCluster::start_tablets(const ShardSpec& shard) {
  std::vector<std::string> aliases = aliases_of(shard);
  for (const std::string& alias : aliases) start(alias);
  return aliases;
}

std::vector<std::string> LiveCluster::stop_tablets(const ShardSpec& shard) {
  std::vector<std::string> aliases = aliases_of(shard);
  for (const std::string& alias : aliases) stop(alias);
  return aliases;
}

void LiveCluster::start_vtgates() {
  for (const std::string& host : vtgates_) start(host);
}

void LiveCluster::stop_vtgates() {
  for (const std::string& host : vtgates_) stop(host);
}

// Visitors.

fakes::guestbook::Guestbook& LiveCluster::guestbook() {
  sim::Process& process = *processes_of("guestbook").front();
  check(process.is_running(), "the Guestbook does not run");
  return static_cast<GuestbookProgram*>(process.program())->guestbook();
}

void LiveCluster::expect_visits(const std::vector<Visit>& visits) {
  for (const Visit& visit : visits) {
    world_.scheduler().at(world_.now() + visit.at, [this, visit] {
      if (!is_running("guestbook", "guestbook")) return;
      switch (visit.kind) {
        case Visit::Kind::write: guestbook().post_hello(visit.page); break;
        case Visit::Kind::read_replica: guestbook().list(visit.page, "replica"); break;
        case Visit::Kind::read_master: guestbook().list(visit.page, "master"); break;
      }
    });
  }
}

void LiveCluster::start_load(const Load& load) {
  if (load.visits) return expect_visits(*load.visits);
  const auto [first, last] = std::minmax_element(load.pages.begin(), load.pages.end());
  fakes::guestbook::Load visitors;
  visitors.rate_per_s = per_second(load.rate);
  visitors.writes_per_mille = static_cast<std::uint64_t>(load.write_millionths / 1000);
  visitors.first_page = *first;
  visitors.pages = *last - *first + 1;
  const bool is_row = visitors.pages == load.pages.size();
  if (!is_row) visitors.page_list = load.pages;
  if (load.most) visitors.most = *load.most;
  visitors.read_type = load.reads == Load::Reads::master ? "master" : "replica";
  load_ = visitors;
  if (is_running("guestbook", "guestbook")) guestbook().start_load(std::move(visitors));
}

void LiveCluster::stop_load() {
  load_.reset();
  if (is_running("guestbook", "guestbook")) guestbook().stop_load();
}

std::uint64_t LiveCluster::post(const Post& post) {
  return guestbook().post(post.page, post.message);
}

// Clients.

sim::Process& LiveCluster::operator_process() {
  return *world_.find_host("operator")->find_process("shell");
}

Env LiveCluster::operator_env() {
  return static_cast<IdleProgram*>(operator_process().program())->env();
}

bool LiveCluster::is_listening(const std::string& host, int port) {
  sim::Host* found = world_.find_host(host);
  return found && found->listener(static_cast<std::uint16_t>(port)) != nullptr;
}

bool LiveCluster::is_serving(const std::string& alias) const {
  const auto found = serving_.find(alias);
  return found != serving_.end() && found->second;
}

bool LiveCluster::is_up() const {
  for (const auto& [name, ip] : ips_) {
    for (const auto& process : world_.find_host(name)->processes()) {
      const bool was_started = process->last_end() != sim::ProcessEnd::none;
      if (was_started && !process->is_running() && !process->is_stopped()) return false;
    }
  }
  return true;
}

}  // namespace shardlab::scenarios
