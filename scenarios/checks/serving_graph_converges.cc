#include "scenarios/checks/serving_graph_converges.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/proto/topodata.pb.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

constexpr std::string_view vtgate_prefix = "vtgate-", graph_file = "/SrvKeyspace";

/// `"test"` of `"vtgate-test-1"`.
std::string cell_of_vtgate(std::string_view host) {
  host.remove_prefix(vtgate_prefix.size());
  return std::string(host.substr(0, host.rfind('-')));
}

std::string partitions_of(const topodata::SrvKeyspace& graph) {
  std::string text;
  for (const auto& partition : graph.partitions()) {
    if (!text.empty()) text += ' ';
    text += topodata::TabletType_Name(partition.served_type()) + "=";
    for (int i = 0; i < partition.shard_references_size(); ++i) {
      text += (i > 0 ? "," : "") + partition.shard_references(i).name();
    }
  }
  return text;
}

}  // namespace

void ServingGraphConverges::on_event(const sim::TraceEvent& event) {
  const bool is_vtgate = event.host.starts_with(vtgate_prefix);
  if (event.kind == "FaultStarted") {
    ++faults_;
  } else if (event.kind == "FaultEnded") {
    --faults_;
    quiet_since_ = world().now();
  } else if (event.kind == "ProcessStarted") {
    process_started(event);
  } else if (event.kind == "TopoWritten") {
    const auto key = parse_topo_key(event.text("path"));
    const auto keyspace = key ? keyspace_of_serving_graph(key->path) : std::nullopt;
    if (!keyspace) return;
    for (auto& [host, views] : views_) {
      const auto view = views.find(*keyspace);
      if (view != views.end() && view->second.cell == key->cell) compare(view->second);
    }
  } else if (event.kind == "ServingGraphSeen" && is_vtgate) {
    seen(std::string(event.host), std::string(event.text("keyspace")),
         std::string(event.text("partitions")));
  } else if (event.kind == "WatchLost" && is_vtgate &&
             event.text("error").starts_with("node doesn't exist")) {
    const std::string_view file = event.text("file");
    if (!file.ends_with(graph_file)) return;
    seen(std::string(event.host), std::string(file.substr(0, file.size() - graph_file.size())), "");
  }
  if (differing_ > 0) judge();
}

void ServingGraphConverges::process_started(const sim::TraceEvent& event) {
  quiet_since_ = world().now();  // an etcd that had ended by itself was something wrong
  const auto known = views_.find(std::string(event.host));
  if (known == views_.end()) return;
  for (const auto& [keyspace, view] : known->second) differing_ -= view.differs ? 1 : 0;
  views_.erase(known);
}

void ServingGraphConverges::seen(const std::string& host, const std::string& keyspace,
                                 std::string partitions) {
  View& view = views_[host][keyspace];
  view.cell = cell_of_vtgate(host);
  view.keyspace = keyspace;
  view.partitions = std::move(partitions);
  compare(view);
}

void ServingGraphConverges::compare(View& view) {
  const auto graph = serving_graph(world(), view.cell, view.keyspace);
  const bool differs = view.partitions != (graph ? partitions_of(*graph) : "");
  if (differs) view.differs_since = world().now();  // of the latest change of either
  if (differs == view.differs) return;
  view.differs = differs;
  differs ? ++differing_ : --differing_;
}

void ServingGraphConverges::judge() {
  if (faults_ > 0) return;
  for (auto& [host, views] : views_) {
    for (auto& [keyspace, view] : views) {
      const TimePoint since = std::max(view.differs_since, quiet_since_);
      if (!view.differs || world().now() - since <= bound) continue;
      const auto graph = serving_graph(world(), view.cell, keyspace);
      violate(fmt::format("{} routes by an old serving graph of {}: {}, not {}", host, keyspace,
                          view.partitions, graph ? partitions_of(*graph) : "none"));
      view.differs = false;  // once is enough
      --differing_;
    }
  }
}

}  // namespace shardlab::scenarios
