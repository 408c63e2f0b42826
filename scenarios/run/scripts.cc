#include "scenarios/run/scripts.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/vtctl/vtctld.h"
#include "scenarios/cluster/host_names.h"
#include "scenarios/file/topology.h"
#include "scenarios/run/console.h"
#include "scenarios/run/hints.h"

namespace shardlab::scenarios {
namespace {

/// How long a script waits for a process it has created.
constexpr Duration start_limit = 60s;
/// How long a pod that is deleted has to end by itself. Source: Kubernetes
/// terminationGracePeriodSeconds.
constexpr Duration grace_period = 30s;

constexpr int failed = 1, wrong_usage = 2, no_script = 127, interrupted = 130;

int status_of(Errc code) {
  const bool usage = code == Errc::invalid_argument || code == Errc::unsupported;
  return usage ? wrong_usage : failed;
}

}  // namespace

CommandResult Scripts::run(const CommandLine& command) {
  const std::string& script = command.script;
  const int vtctlds = cluster_.scenario().cluster.vtctlds;
  if (script == "kvtctl.sh") return kvtctl(command.arguments);
  if (script == "sharded-vtworker.sh") return vtworker(command.arguments);
  if (script == "sharded-vttablet-up.sh") {
    return tablets_up(cluster_.scenario().sharded_template);
  }
  if (script == "sharded-vttablet-down.sh") {
    return tablets_down(cluster_.scenario().sharded_template);
  }
  if (script == "vttablet-up.sh") return tablets_up(unsharded());
  if (script == "vttablet-down.sh") return tablets_down(unsharded());
  if (script == "guestbook-down.sh") {
    return stop("guestbook", [&] { cluster_.stop("guestbook"); });
  }
  if (script == "vtgate-down.sh") return stop("vtgate", [&] { cluster_.stop_vtgates(); });
  if (script == "vtctld-down.sh") {
    return stop("vtctld", [&] {
      for (int i = 1; i <= vtctlds; ++i) cluster_.stop(vtctld_host(i));
    });
  }
  if (script == "etcd-down.sh") return stop("etcd", [&] { cluster_.stop_etcd(); });
  CommandResult unknown;
  unknown.status = no_script;
  unknown.error = fmt::format(
      "no such script: {}. There are kvtctl.sh, sharded-vtworker.sh, [sharded-]vttablet-up.sh, "
      "[sharded-]vttablet-down.sh, guestbook-down.sh, vtgate-down.sh, vtctld-down.sh, etcd-down.sh",
      script);
  unknown.output = unknown.error + "\n";
  return unknown;
}

std::vector<ShardSpec> Scripts::unsharded() const {
  std::vector<ShardSpec> shards = cluster_.scenario().keyspaces.front().shards;
  if (source_shards(cluster_.scenario()).empty()) return shards;
  const std::vector<std::string> others = other_shards(cluster_.scenario());
  std::erase_if(shards, [&](const ShardSpec& shard) {
    return std::ranges::find(others, shard.name) != others.end();
  });
  return shards;
}

Task<> Scripts::call_server(CommandResult& result, std::string address, std::string method,
                            std::vector<std::string> arguments, bool& ended) {
  auto done = co_await capture_for_cleanup(vtctl::run_remote_command(
      cluster_.operator_env().rpc, std::move(address), std::move(method), std::move(arguments),
      [&](const vtctldata::LoggerEvent& event) { result.output += console_text(event); }));
  if (!done) {
    const Error error = done.error();
    const bool is_interrupted = error.code() == Errc::cancelled;
    result.status = is_interrupted ? interrupted : status_of(error.code());
    result.error = is_interrupted ? "interrupted" : error.message();
  }
  ended = true;
}

void Scripts::run_remote(CommandResult& result, std::string host, int port, std::string method,
                         std::vector<std::string> arguments) {
  bool ended = false;
  TaskGroup& clients = cluster_.operator_process().background();
  running_ = clients.spawn(call_server(result, cluster_.address_of(host, port), std::move(method),
                                       std::move(arguments), ended));
  cluster_.world().scheduler().run_until([&] { return ended; }, limit_);
  result.timed_out = !ended;
  if (!ended) clients.cancel(*running_);
  running_.reset();
}

bool Scripts::interrupt() {
  if (!running_) return false;
  cluster_.operator_process().background().cancel(*running_);
  return true;
}

void Scripts::type_elsewhere(const std::vector<CommandLine>& commands) {
  const std::string last = vtctld_host(cluster_.scenario().cluster.vtctlds);
  ++busy_elsewhere_;
  cluster_.operator_process().background().spawn(
      call_vtctld(cluster_.address_of(last, LiveCluster::vtctld_port), commands));
}

/// Whatever comes of it, its operator only reads it.
Task<> Scripts::call_vtctld(std::string address, std::vector<CommandLine> commands) {
  for (CommandLine& command : commands) {
    co_await capture(vtctl::run_remote_command(
        cluster_.operator_env().rpc, address, "Vtctl.ExecuteVtctlCommand",
        std::move(command.arguments), [](const vtctldata::LoggerEvent&) {}));
  }
  --busy_elsewhere_;
}

CommandResult Scripts::kvtctl(const std::vector<std::string>& arguments) {
  CommandResult result;
  result.output = "Starting port forwarding to vtctld...\n";
  run_remote(result, "vtctld", LiveCluster::vtctld_port, "Vtctl.ExecuteVtctlCommand", arguments);
  if (result.status == 0) return result;
  result.output +=
      fmt::format("{} Error: {}\n", arguments.empty() ? "vtctl" : arguments.front(), result.error);
  const std::string help =
      arguments.empty() ? "./kvtctl.sh help" : "./kvtctl.sh help " + arguments.front();
  const std::string next = next_step(result.error, result.status == wrong_usage, help);
  if (!next.empty()) result.output += "Next: " + next + "\n";
  return result;
}

CommandResult Scripts::vtworker(const std::vector<std::string>& arguments) {
  CommandResult result;
  result.output = "Creating vtworker pod in cell test...\npods/vtworker\n";
  cluster_.start("vtworker");
  cluster_.world().scheduler().run_until(
      [&] { return cluster_.is_listening("vtworker", LiveCluster::vtworker_port); },
      std::min(limit_, cluster_.now() + start_limit));
  result.output += "Following vtworker logs until termination...\n";
  run_remote(result, "vtworker", LiveCluster::vtworker_port, "Vtworker.ExecuteVtworkerCommand",
             arguments);
  if (result.status != 0) {
    result.output += fmt::format("E vtworker: {}\n", result.error);
    result.output += fmt::format(
        "ERROR: vtworker did not run successfully (return value: {}). Please check the error log "
        "above and try to run it again.\n",
        result.status);
    const std::string next = next_step(result.error, result.status == wrong_usage, "");
    if (!next.empty()) result.output += "Next: " + next + "\n";
  }
  result.output += "Deleting vtworker pod...\npods/vtworker\n";
  if (result.status == interrupted) {
    cluster_.terminate("vtworker");
    cluster_.world().scheduler().run_until(
        [&] { return !cluster_.is_running("vtworker", "vtworker"); },
        std::min(limit_, cluster_.now() + grace_period));
  }
  cluster_.stop("vtworker");
  return result;
}

CommandResult Scripts::tablets_up(const std::vector<ShardSpec>& shards) {
  CommandResult result;
  std::vector<std::string> aliases;
  for (const ShardSpec& shard : shards) {
    result.output += fmt::format("Creating {}.shard-{} pods in cell {}...\n", cluster_.keyspace(),
                                 shard.name, cluster_.cells().front());
    for (const std::string& alias : cluster_.start_tablets(shard)) {
      result.output += fmt::format("Creating pod for tablet {}...\npods/vttablet-{}\n", alias,
                                   std::stoul(alias.substr(alias.rfind('-') + 1)));
      aliases.push_back(alias);
    }
  }
  const auto all_listen = [&] {
    for (const std::string& alias : aliases) {
      if (!cluster_.is_listening(alias, LiveCluster::tablet_port)) return false;
    }
    return true;
  };
  cluster_.world().scheduler().run_until(all_listen,
                                         std::min(limit_, cluster_.now() + start_limit));
  if (!all_listen()) {
    result.status = failed;
    result.error = "the tablets did not come up within a minute";
    result.output += "ERROR: " + result.error + "\n";
  }
  return result;
}

CommandResult Scripts::tablets_down(const std::vector<ShardSpec>& shards) {
  CommandResult result;
  for (const ShardSpec& shard : shards) {
    for (const std::string& alias : cluster_.stop_tablets(shard)) {
      result.output += fmt::format("Deleting pod for tablet {}...\npods/vttablet-{}\n", alias,
                                   std::stoul(alias.substr(alias.rfind('-') + 1)));
    }
  }
  return result;
}

CommandResult Scripts::stop(const std::string& what, std::function<void()> action) {
  CommandResult result;
  result.output = fmt::format("Stopping {}...\n", what);
  action();
  return result;
}

}  // namespace shardlab::scenarios
