#include "scenarios/faults/target.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "scenarios/checks/topology_view.h"
#include "scenarios/cluster/host_names.h"
#include "scenarios/text/suggest.h"
#include "scenarios/text/text_error.h"

namespace shardlab::scenarios {
namespace {

constexpr std::array<std::string_view, 10> functions{"master",   "replica", "rdonly", "drained",
                                                     "tablet",   "vtgate",  "etcd",   "leader",
                                                     "follower", "last"};
constexpr std::array<std::string_view, 5> processes{"mysqld", "vttablet", "vtgate", "etcd",
                                                    "guestbook"};

bool is_about_shard(std::string_view function) {
  return function != "vtgate" && function != "etcd" && function != "leader" &&
         function != "follower" && function != "last";
}

/// `"master(ks/0)/mysqld"`: the part behind the closing bracket or the host, without the slash.
std::string_view process_part(std::string_view text, std::size_t end) {
  if (end >= text.size()) return "";
  const std::string_view rest = text.substr(end);
  if (!rest.starts_with('/') || rest.size() == 1) {
    throw TextError(end, rest.size(), fmt::format("unexpected \"{}\" behind the target", rest),
                    "a process of it follows a slash: master(test_keyspace/0)/mysqld");
  }
  const std::string_view process = rest.substr(1);
  if (std::find(processes.begin(), processes.end(), process) == processes.end()) {
    throw TextError(end + 1, process.size(), fmt::format("unknown process \"{}\"", process),
                    did_you_mean(process, "processes", processes));
  }
  return process;
}

bool has_type(const Observation& world, const topodata::Tablet& tablet,
              const std::string& function) {
  if (function == "tablet") return true;
  const std::string alias = alias_of(tablet.alias());
  const bool is_master = alias == master_of(world, tablet.keyspace(), tablet.shard());
  if (function == "master") return is_master;
  return !is_master && lower_type(tablet.type()) == function;
}

std::vector<std::string> tablets_of(const FaultTarget& target, const Observation& world) {
  std::vector<std::string> hosts;
  for (const topodata::Tablet& tablet : tablet_records(world)) {
    if (tablet.keyspace() + "/" + tablet.shard() != target.argument) continue;
    if (has_type(world, tablet, target.function)) hosts.push_back(alias_of(tablet.alias()));
  }
  return hosts;
}

std::vector<std::string> etcds_of(const FaultTarget& target, const Observation& world,
                                  const std::vector<std::string>& all_hosts) {
  const std::string cell = target.argument == "global" ? "" : target.argument;
  const auto leader = world.etcd_leader(cell);
  std::vector<std::string> hosts;
  for (const std::string& host : all_hosts) {
    if (!is_etcd_host(host, cell)) continue;
    if (target.function == "leader" && host != leader) continue;
    if (target.function == "follower" && host == leader) continue;
    hosts.push_back(host);
  }
  return hosts;
}

}  // namespace

bool is_about_etcd(const FaultTarget& target) {
  return target.function == "etcd" || target.function == "leader" || target.function == "follower";
}

std::string FaultTarget::text() const {
  const std::string who = function.empty() ? argument : fmt::format("{}({})", function, argument);
  return process.empty() ? who : who + "/" + process;
}

FaultTarget parse_target(std::string_view text) {
  FaultTarget target;
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos) {
    const std::size_t end = std::min(text.find('/'), text.size());
    target.argument = text.substr(0, end);
    target.process = process_part(text, end);
    return target;
  }
  const std::string_view function = text.substr(0, open);
  if (std::find(functions.begin(), functions.end(), function) == functions.end()) {
    throw TextError(0, open, fmt::format("unknown target \"{}\"", function),
                    did_you_mean(function, "targets", functions));
  }
  const std::size_t close = text.find(')', open);
  if (close == std::string_view::npos) {
    throw TextError(open, text.size() - open, "a bracket is not closed",
                    "write master(keyspace/0)");
  }
  target.function = function;
  target.argument = text.substr(open + 1, close - open - 1);
  target.process = process_part(text, close + 1);
  const bool has_slash = target.argument.find('/') != std::string::npos;
  if (target.argument.empty() || has_slash != is_about_shard(function)) {
    throw TextError(open + 1, std::max<std::size_t>(target.argument.size(), 1),
                    fmt::format("\"{}\" needs {}", function,
                                is_about_shard(function) ? "a shard such as test_keyspace/0"
                                : function == "last"     ? "the id of a fault"
                                                         : "a cell"));
  }
  return target;
}

std::vector<std::string> hosts_of(const FaultTarget& target, const Observation& world,
                                  const std::vector<std::string>& all_hosts) {
  if (is_about_shard(target.function) && !target.function.empty()) {
    return tablets_of(target, world);
  }
  if (is_about_etcd(target)) return etcds_of(target, world, all_hosts);
  const std::string prefix = "vtgate-" + target.argument + "-";
  std::vector<std::string> hosts;
  for (const std::string& host : all_hosts) {
    const bool is_it =
        target.function == "vtgate" ? host.starts_with(prefix) : host == target.argument;
    if (is_it) hosts.push_back(host);
  }
  return hosts;
}

}  // namespace shardlab::scenarios
