#include "scenarios/checks/acknowledged_writes_survive.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "scenarios/checks/placement.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

using fakes::guestbook::Operation;
using fakes::guestbook::OperationKind;
using fakes::guestbook::Outcome;

/// What must become of one message.
struct Expected {
  std::string text;
  Outcome outcome = Outcome::acknowledged;
  std::uint64_t operation = 0;  ///< 0: it was there before
  std::string found_on;         ///< a shard
};

/// Expected and found messages of one keyspace, by page and time.
class Ownership {
 public:
  explicit Ownership(const Observation& world) {
    for (const MessageRow& row : world.initial_rows()) {
      expected_[{row.page, row.time_created_ns}].text = row.text;
    }
    for (const Operation& operation : world.ledger().operations()) {
      if (operation.kind == OperationKind::read) continue;
      Expected& entry = expected_[{operation.page, operation.message.time_created_ns}];
      entry.text = operation.message.text;
      entry.outcome = operation.outcome;
      entry.operation = operation.id;
    }
  }

  void found(const std::string& shard, const MessageRow& row) {
    const auto entry = expected_.find({row.page, row.time_created_ns});
    if (entry == expected_.end()) {
      unexplained.add([&] { return describe(row) + " on " + shard; });
      return;
    }
    Expected& message = entry->second;
    const auto here = [&] { return fmt::format("{} on {}", name(entry), shard); };
    if (message.outcome == Outcome::refused) refused.add(here);
    if (message.text != row.text) changed.add([&] { return here() + ": " + describe(row); });
    if (!ShardRange(shard).contains_page(row.page)) return;
    if (!message.found_on.empty()) {
      twice.add([&] { return fmt::format("{} and {}", here(), message.found_on); });
    }
    message.found_on = shard;
  }

  void count_missing() {
    for (auto entry = expected_.begin(); entry != expected_.end(); ++entry) {
      const Expected& message = entry->second;
      if (message.outcome != Outcome::acknowledged || !message.found_on.empty()) continue;
      lost.add([&] { return name(entry); });
    }
  }

  Findings lost, refused, changed, twice, unexplained;

 private:
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  using Entries = std::map<Key, Expected>;

  static std::string describe(const MessageRow& row) {
    return fmt::format("page {} time {} \"{}\"", row.page, row.time_created_ns, row.text);
  }
  static std::string name(Entries::const_iterator entry) {
    const MessageRow row(entry->first.first, entry->first.second, entry->second.text);
    if (entry->second.operation == 0) return describe(row) + " (there from the start)";
    return fmt::format("{} (operation {}, {})", describe(row), entry->second.operation,
                       to_string(entry->second.outcome));
  }

  Entries expected_;
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
    const auto rows = messages_on(world(), master, keyspace);
    if (!rows) {
      violate(fmt::format("the messages on the master of {}/{} ({}) cannot be read", keyspace,
                          shard, master.empty() ? "none" : master));
      continue;
    }
    for (const MessageRow& row : *rows) ownership.found(shard, row);
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
