#include "scenarios/checks/acknowledged_writes_survive.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scenarios/checks/placement.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

using fakes::guestbook::Operation;
using fakes::guestbook::OperationKind;
using fakes::guestbook::Outcome;

using MessageKey = std::pair<std::uint64_t, std::uint64_t>;  ///< page and time

/// What must become of one message.
struct Expected {
  MessageKey key;
  const std::string* text = nullptr;
  Outcome outcome = Outcome::acknowledged;
  std::uint64_t operation = 0;            ///< 0: it was there before
  const std::string* found_on = nullptr;  ///< a shard

  static bool is_earlier(const Expected& a, const Expected& b) { return a.key < b.key; }
};

std::string name_of(const Expected& message) {
  const MessageRow row(message.key.first, message.key.second, *message.text);
  if (message.operation == 0) return describe(row) + " (there from the start)";
  return fmt::format("{} (operation {}, {})", describe(row), message.operation,
                     to_string(message.outcome));
}

/// Expected and found messages of one keyspace. Points into the world and to the shards' names.
class Ownership {
 public:
  explicit Ownership(const Observation& world) {
    for (const MessageRow& row : world.initial_rows()) {
      expected_.push_back({.key = {row.page, row.time_created_ns}, .text = &row.text});
    }
    const auto initial = static_cast<std::ptrdiff_t>(expected_.size());
    for (const Operation& operation : world.ledger().operations()) {
      if (operation.kind == OperationKind::read) continue;
      expected_.push_back({.key = {operation.page, operation.message.time_created_ns},
                           .text = &operation.message.text,
                           .outcome = operation.outcome,
                           .operation = operation.id});
    }
    sort(initial);
    next_ = expected_.begin();
  }

  /// Rows of one shard are best told in their order.
  void found(const std::string& shard, bool is_own_page, const MessageRow& row) {
    const auto entry = find({row.page, row.time_created_ns});
    if (entry == expected_.end()) {
      unexplained.add([&] { return describe(row) + " on " + shard; });
      return;
    }
    Expected& message = *entry;
    const auto here = [&] { return fmt::format("{} on {}", name_of(message), shard); };
    if (message.outcome == Outcome::refused) refused.add(here);
    if (*message.text != row.text) changed.add([&] { return here() + ": " + describe(row); });
    if (!is_own_page) return;
    if (message.found_on) {
      twice.add([&] { return fmt::format("{} and {}", here(), *message.found_on); });
    }
    message.found_on = &shard;
  }

  void count_missing() {
    for (const Expected& message : expected_) {
      if (message.outcome != Outcome::acknowledged || message.found_on) continue;
      lost.add([&] { return name_of(message); });
    }
  }

  Findings lost, refused, changed, twice, unexplained;

 private:
  using Entries = std::vector<Expected>;

  /// By key; of several with one key the last one counts.
  void sort(std::ptrdiff_t initial) {
    const auto middle = expected_.begin() + initial;
    if (!std::is_sorted(expected_.begin(), middle, Expected::is_earlier)) {
      std::stable_sort(expected_.begin(), middle, Expected::is_earlier);
    }
    std::stable_sort(middle, expected_.end(), Expected::is_earlier);
    std::inplace_merge(expected_.begin(), middle, expected_.end(), Expected::is_earlier);
    const auto same = [](const Expected& a, const Expected& b) { return a.key == b.key; };
    const auto first = std::unique(expected_.rbegin(), expected_.rend(), same);
    expected_.erase(expected_.begin(), first.base());
  }

  Entries::iterator find(const MessageKey& key) {
    if (next_ != expected_.end() && next_->key < key) ++next_;
    if (next_ == expected_.end() || next_->key != key) {
      next_ = std::lower_bound(
          expected_.begin(), expected_.end(), key,
          [](const Expected& entry, const MessageKey& k) { return entry.key < k; });
    }
    return next_ != expected_.end() && next_->key == key ? next_ : expected_.end();
  }

  Entries expected_;
  Entries::iterator next_;  ///< near what is looked for next
};

}  // namespace

void AcknowledgedWritesSurvive::on_event(const sim::TraceEvent& event) {
  if (event.kind != "TopoWritten" || event.flag("deleted")) return;
  const auto key = parse_topo_key(event.text("path"));
  if (!key) return;
  const auto keyspace = keyspace_of_serving_graph(key->path);
  if (!keyspace) return;
  const auto graph = serving_graph(world(), key->cell, *keyspace);
  if (!graph) return;
  std::vector<std::string> now = shards_serving(*graph, topodata::MASTER);
  std::vector<std::string>& before = masters_[{key->cell, *keyspace}];
  const bool moved = !before.empty() && before != now;
  before = now;
  if (moved) judge(*keyspace, now);
}

void AcknowledgedWritesSurvive::at_end() {
  for (const std::string& keyspace : keyspace_names(world())) {
    for (const std::string& cell : world().cells()) {
      const auto graph = serving_graph(world(), cell, keyspace);
      if (!graph) continue;
      judge(keyspace, shards_serving(*graph, topodata::MASTER));
      break;
    }
  }
}

void AcknowledgedWritesSurvive::judge(const std::string& keyspace,
                                      const std::vector<std::string>& shards) {
  Ownership ownership(world());
  for (const std::string& shard : shards) {
    const std::string master = master_of(world(), keyspace, shard);
    const Messages rows = world().messages(master, keyspace);
    if (!rows) {
      violate(fmt::format("the messages on the master of {}/{} ({}) cannot be read", keyspace,
                          shard, master.empty() ? "none" : master));
      continue;
    }
    PagesInRange own{ShardRange(shard)};
    for (const MessageRow& row : *rows) ownership.found(shard, own.contains(row.page), row);
  }
  ownership.count_missing();
  const auto report = [&](const Findings& findings, std::string_view one, std::string_view many) {
    if (findings.count == 0) return;
    violate(fmt::format("{} {} (masters: {})", findings.count, findings.count == 1 ? one : many,
                        fmt::join(shards, ", ")),
            findings.examples);
  };
  report(ownership.lost, "acknowledged message is not on the master of the shard that owns it",
         "acknowledged messages are not on the masters of the shards that own them");
  report(ownership.refused, "refused message is there all the same",
         "refused messages are there all the same");
  report(ownership.changed, "message has another text than was written",
         "messages have another text than was written");
  report(ownership.twice, "message is on two shards", "messages are on two shards");
  report(ownership.unexplained, "message was written by nobody", "messages were written by nobody");
}

}  // namespace shardlab::scenarios
