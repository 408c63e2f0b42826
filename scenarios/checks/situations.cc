#include "scenarios/checks/situations.h"

#include <algorithm>
#include <map>
#include <vector>

#include "scenarios/checks/everything_settles.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

using fakes::guestbook::Operation;
using fakes::guestbook::OperationKind;
using fakes::guestbook::Outcome;

bool is_master_step(const sim::TraceEvent& event, std::string_view step) {
  return event.kind == "MigrationStepDone" && event.text("step") == step;
}

class FrozenReached final : public Situation {
  void observe(const sim::TraceEvent& event) override {
    if (is_master_step(event, "frozen")) reach();
  }
};

class LagAtCutover final : public Situation {
 public:
  explicit LagAtCutover(const Observation& world) : world_(world) {}

 private:
  void observe(const sim::TraceEvent& event) override {
    if (reached() || !is_master_step(event, "source-readonly")) return;
    const std::string keyspace(event.text("keyspace"));
    std::uint64_t newest = 0;
    std::vector<std::string> targets;
    for (const std::string& shard : shard_names(world_, keyspace)) {
      const auto record = shard_record(world_, keyspace, shard);
      if (!record) continue;
      if (record->source_shards_size() > 0) {
        targets.push_back(alias_of(record->master_alias()));
      } else {
        const auto position = position_of_server(world_, alias_of(record->master_alias()));
        newest = std::max(newest, position.value_or(0));
      }
    }
    for (const std::string& target : targets) {
      const auto streams = world_.query(target, "SELECT pos FROM `_vt`.`vreplication`");
      if (!streams) continue;
      for (const Row& row : streams->rows) {
        if (gtid_sequence(row[0].text()) < newest) reach();
      }
    }
  }

  const Observation& world_;
};

class ReplicaReadStale final : public Situation {
 public:
  explicit ReplicaReadStale(const Observation& world) : world_(world) {}

 private:
  /// Fewer messages than were acknowledged before it asked: some were missing.
  void at_end() override {
    std::map<std::uint64_t, std::size_t> there;
    for (const MessageRow& row : world_.initial_rows()) ++there[row.page];
    std::map<std::uint64_t, std::vector<TimePoint>> acknowledged;
    for (const Operation& write : world_.ledger().operations()) {
      if (write.outcome == Outcome::acknowledged)
        acknowledged[write.page].push_back(write.ended_at);
    }
    for (auto& [page, times] : acknowledged) std::sort(times.begin(), times.end());
    for (const Operation& read : world_.ledger().operations()) {
      if (reached()) return;
      if (read.kind != OperationKind::read || read.outcome != Outcome::ok) continue;
      if (read.tablet_type == "master") continue;
      const std::vector<TimePoint>& times = acknowledged[read.page];
      const auto before = std::upper_bound(times.begin(), times.end(), read.invoked_at);
      const std::size_t expected =
          there[read.page] + static_cast<std::size_t>(before - times.begin());
      if (read.rows.size() < expected) reach();
    }
  }

  const Observation& world_;
};

}  // namespace

std::unique_ptr<Situation> make_situation(std::string_view name, const Observation& world) {
  if (name == "frozen-reached") return std::make_unique<FrozenReached>();
  if (name == "lag-nonzero-at-cutover") return std::make_unique<LagAtCutover>(world);
  if (name == "replica-read-stale") return std::make_unique<ReplicaReadStale>(world);
  return nullptr;
}

}  // namespace shardlab::scenarios
