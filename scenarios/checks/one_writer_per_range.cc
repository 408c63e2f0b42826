#include "scenarios/checks/one_writer_per_range.h"

#include <fmt/format.h>

#include "scenarios/checks/placement.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {

void OneWriterPerRange::on_event(const sim::TraceEvent& event) {
  if (event.kind == "TabletServingChanged") {
    serving_changed(event);
  } else if (event.kind == "QueryServiceCommitted") {
    application_committed(event);
  } else if (event.kind == "TransactionCommitted") {
    server_committed(event);
  } else if (event.kind == "ReadOnlyChanged") {
    if (event.flag("read_only")) {
      read_only_.emplace(event.host);
    } else {
      read_only_.erase(std::string(event.host));
    }
  } else if (event.kind == "ProcessStarted") {
    if (event.process == "mysqld") read_only_.emplace(event.host);  // until its tablet decides
  } else if (event.kind == "TopoWritten") {
    graph_written(event);
  } else if (event.kind == "ProcessCrashed" || event.kind == "ProcessEnded") {
    if (event.process == "vttablet") tablet_ended(std::string(event.host));
  }
}

bool OneWriterPerRange::intersect(const Place& a, const Place& b) {
  return a.keyspace == b.keyspace && ShardRange(a.shard).intersects(ShardRange(b.shard));
}

void OneWriterPerRange::serving_changed(const sim::TraceEvent& event) {
  const std::string alias(event.text("alias"));
  if (event.text("state") != "SERVING" || event.text("type") != "master") {
    tablet_ended(alias);
    return;
  }
  masters_[alias] = Place{std::string(event.text("keyspace")), std::string(event.text("shard"))};
  judge_masters();
}

void OneWriterPerRange::tablet_ended(const std::string& alias) {
  masters_.erase(alias);
  std::erase_if(reported_,
                [&](const auto& pair) { return pair.first == alias || pair.second == alias; });
}

void OneWriterPerRange::graph_written(const sim::TraceEvent& event) {
  const auto key = parse_topo_key(event.text("path"));
  if (!key) return;
  const auto keyspace = keyspace_of_serving_graph(key->path);
  if (!keyspace) return;
  const auto graph = serving_graph(world(), key->cell, *keyspace);
  if (!graph) return;
  for (const std::string& shard : shards_serving(*graph, topodata::MASTER)) {
    routed_.insert(Place{*keyspace, shard});
  }
  judge_masters();
}

void OneWriterPerRange::judge_masters() {
  for (auto a = masters_.begin(); a != masters_.end(); ++a) {
    for (auto b = std::next(a); b != masters_.end(); ++b) {
      if (!routed_.contains(a->second) || !routed_.contains(b->second)) continue;
      if (!intersect(a->second, b->second)) continue;
      if (!reported_.emplace(a->first, b->first).second) continue;
      violate(fmt::format("{} ({}) and {} ({}) serve as master at once", a->first, a->second.shard,
                          b->first, b->second.shard));
    }
  }
}

void OneWriterPerRange::application_committed(const sim::TraceEvent& event) {
  const Place place{std::string(event.text("keyspace")), std::string(event.text("shard"))};
  if (const auto later = superseded_.find(place); later != superseded_.end()) {
    violate(fmt::format("an application committed on {} ({}) after one had committed on {}",
                        place.shard, event.text("alias"), later->second.shard));
    return;
  }
  if (!written_.insert(place).second) return;
  for (const Place& earlier : written_) {
    if (earlier != place && intersect(earlier, place)) superseded_.try_emplace(earlier, place);
  }
}

void OneWriterPerRange::server_committed(const sim::TraceEvent& event) {
  if (event.text("user") != "app") return;
  if (!read_only_.contains(std::string(event.host))) return;
  violate(fmt::format("an application committed {} on {} while it is read-only", event.text("gtid"),
                      event.host));
}

}  // namespace shardlab::scenarios
