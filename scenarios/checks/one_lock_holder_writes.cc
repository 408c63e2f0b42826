#include "scenarios/checks/one_lock_holder_writes.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/proto/topodata.pb.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

constexpr std::string_view locks_dir = "/locks/", shards_dir = "/shards/", shard_file = "/Shard";

topodata::Shard decoded(const std::string& bytes) {
  topodata::Shard shard;
  check(shard.ParseFromString(bytes), "a shard's record cannot be decoded");
  return shard;
}

/// Are the fields of both that `keep` leaves there different.
template <class Keep>
bool differ(topodata::Shard a, topodata::Shard b, Keep keep) {
  topodata::Shard kept_a, kept_b;
  keep(a, kept_a);
  keep(b, kept_b);
  return kept_a.SerializeAsString() != kept_b.SerializeAsString();
}

bool is_keyspace_matter(const topodata::Shard& before, const topodata::Shard& after) {
  const bool is_served_otherwise =
      differ(before, after, [](topodata::Shard& from, topodata::Shard& to) {
        to.set_is_master_serving(from.is_master_serving());
        *to.mutable_tablet_controls() = from.tablet_controls();
      });
  const bool follows_otherwise =
      before.source_shards_size() > 0 &&
      differ(before, after, [](topodata::Shard& from, topodata::Shard& to) {
        *to.mutable_source_shards() = from.source_shards();
      });
  return is_served_otherwise || follows_otherwise;
}

bool is_shard_matter(const topodata::Shard& before, const topodata::Shard& after) {
  return differ(before, after, [](topodata::Shard& from, topodata::Shard& to) {
    *to.mutable_master_alias() = from.master_alias();
    to.set_master_term_start_time_ns(from.master_term_start_time_ns());
  });
}

}  // namespace

LocksNeeded locks_needed(const std::optional<std::string>& before,
                         const std::optional<std::string>& after) {
  LocksNeeded needed;
  needed.keyspace = !before || !after || is_keyspace_matter(decoded(*before), decoded(*after));
  needed.shard = before && after && is_shard_matter(decoded(*before), decoded(*after));
  return needed;
}

void OneLockHolderWrites::on_event(const sim::TraceEvent& event) {
  if (event.kind != "TopoWritten") return;
  const auto key = parse_topo_key(event.text("path"));
  if (!key) return;
  const std::size_t locks = key->path.find(locks_dir);
  if (locks != std::string::npos) {
    return lock_changed({key->cell, key->path.substr(0, locks)},
                        key->path.substr(locks + locks_dir.size()), event);
  }
  if (const auto keyspace = keyspace_of_serving_graph(key->path)) {
    return judge({key->cell, "keyspaces/" + *keyspace}, key->path, event);
  }
  if (key->cell.empty() && key->path.ends_with(shard_file)) shard_written(key->path, event);
}

void OneLockHolderWrites::lock_changed(const Directory& directory, std::string lease,
                                       const sim::TraceEvent& event) {
  std::vector<Waiter>& queue = queues_[directory];
  if (event.flag("deleted")) {
    std::erase_if(queue, [&](const Waiter& waiter) { return waiter.lease == lease; });
  } else {
    queue.push_back({std::move(lease), std::string(event.text("by"))});
  }
}

void OneLockHolderWrites::shard_written(const std::string& path, const sim::TraceEvent& event) {
  const auto known = shards_.find(path);
  std::optional<std::string> before, after;
  if (known != shards_.end()) before = known->second;
  if (!event.flag("deleted")) after = world().record("", path);
  const LocksNeeded needed = locks_needed(before, after);
  if (after) {
    shards_[path] = *after;
  } else {
    shards_.erase(path);
  }
  const std::size_t shards = path.find(shards_dir);
  if (needed.keyspace) judge({"", path.substr(0, shards)}, path, event);
  if (needed.shard) judge({"", path.substr(0, path.size() - shard_file.size())}, path, event);
}

void OneLockHolderWrites::judge(const Directory& directory, const std::string& path,
                                const sim::TraceEvent& event) {
  const std::vector<Waiter>& queue = queues_[directory];
  const std::string where = directory.first.empty() ? "the global topology" : directory.first;
  const std::string written =
      fmt::format("{} in {} was {} by {}", path, where,
                  event.flag("deleted") ? "removed" : "written", event.text("by"));
  const std::string lease = fmt::format("{}", event.number_of("lock"));
  const bool holds =
      !queue.empty() && queue.front().lease == lease && queue.front().host == event.text("by");
  if (holds) return;
  const std::string holder =
      queue.empty() ? "nobody has" : fmt::format("{} has", queue.front().host);
  violate(lease == "0" ? fmt::format("{} without the lock of {}, which {}", written,
                                     directory.second, holder)
                       : fmt::format("{} under a lock of {} that it had lost: {} it", written,
                                     directory.second, holder));
}

}  // namespace shardlab::scenarios
