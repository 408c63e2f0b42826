#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "core/proto/topodata.pb.h"
#include "scenarios/checks/check.h"
#include "scenarios/checks/observation.h"
#include "scenarios/checks/placement.h"

namespace shardlab::scenarios {

/// A world that is whatever the test says: shards `0`, `-80`, `80-` of `ks` with masters
/// `test-0000000100`, `..200`, `..300`.
class FakeWorld final : public Observation {
 public:
  FakeWorld() {
    records[""]["keyspaces/ks/Keyspace"] = "";
    serve({"0"});
  }

  FakeWorld& add_shard(const std::string& name, std::uint32_t master,
                       const std::vector<std::string>& source_shards = {}) {
    topodata::Shard shard;
    set_alias(*shard.mutable_master_alias(), master);
    for (const auto& source : source_shards) {
      auto& entry = *shard.add_source_shards();
      entry.set_uid(1);
      entry.set_keyspace("ks");
      entry.set_shard(source);
    }
    records[""]["keyspaces/ks/shards/" + name + "/Shard"] = shard.SerializeAsString();
    return add_tablet(master, name, topodata::MASTER);
  }

  FakeWorld& add_tablet(std::uint32_t uid, const std::string& shard, topodata::TabletType type) {
    topodata::Tablet tablet;
    set_alias(*tablet.mutable_alias(), uid);
    tablet.set_keyspace("ks");
    tablet.set_shard(shard);
    tablet.set_type(type);
    const std::string alias = alias_text(uid);
    records["test"]["tablets/" + alias + "/Tablet"] = tablet.SerializeAsString();
    messages[alias];
    return *this;
  }

  /// Writes the graph: these shards serve masters, those (the same unless given) the others.
  FakeWorld& serve(const std::vector<std::string>& masters, std::vector<std::string> others = {}) {
    if (others.empty()) others = masters;
    topodata::SrvKeyspace graph;
    add_partition(graph, topodata::MASTER, masters);
    add_partition(graph, topodata::REPLICA, others);
    add_partition(graph, topodata::RDONLY, others);
    return write_graph(graph);
  }

  static void add_partition(topodata::SrvKeyspace& graph, topodata::TabletType type,
                            const std::vector<std::string>& shards) {
    auto& partition = *graph.add_partitions();
    partition.set_served_type(type);
    for (const std::string& name : shards) {
      auto& reference = *partition.add_shard_references();
      reference.set_name(name);
      if (name.find('-') == std::string::npos) continue;
      reference.mutable_key_range()->set_start(ShardRange(name).start());
      reference.mutable_key_range()->set_end(ShardRange(name).end());
    }
  }

  FakeWorld& write_graph(const topodata::SrvKeyspace& graph) {
    records["test"]["keyspaces/ks/SrvKeyspace"] = graph.SerializeAsString();
    return *this;
  }

  static std::string alias_text(std::uint32_t uid) { return fmt::format("test-{:010}", uid); }
  static void set_alias(topodata::TabletAlias& alias, std::uint32_t uid) {
    alias.set_cell("test");
    alias.set_uid(uid);
  }

  /// A write that was invoked and answered at these milliseconds.
  fakes::guestbook::Operation write(std::uint64_t page, const std::string& text,
                                    fakes::guestbook::Outcome outcome, int from_ms = 0,
                                    int to_ms = 1) {
    fakes::guestbook::Operation operation;
    operation.client = "guestbook-1";
    operation.kind = fakes::guestbook::OperationKind::insert;
    operation.tablet_type = "master";
    operation.page = page;
    operation.message = {text, log.unique_time(page, from_ns(1'000'000'000))};
    return add(operation, outcome, from_ms, to_ms);
  }
  /// A read that saw `rows` messages.
  void read(std::uint64_t page, fakes::guestbook::Outcome outcome, int from_ms, int to_ms,
            std::size_t rows = 0, const std::string& type = "replica") {
    fakes::guestbook::Operation operation;
    operation.tablet_type = type;
    operation.page = page;
    add(operation, outcome, from_ms, to_ms, rows);
  }
  /// A read that saw these messages.
  fakes::guestbook::Operation list(std::uint64_t page, std::vector<fakes::guestbook::Message> rows,
                                   int from_ms, int to_ms, const std::string& type = "master",
                                   std::uint64_t after_write = 0) {
    fakes::guestbook::Operation operation;
    operation.tablet_type = type;
    operation.page = page;
    operation.after_write = after_write;
    operation.invoked_at = at_ms(from_ms);
    const std::uint64_t id = log.invoke(operation);
    log.end(id, fakes::guestbook::Outcome::ok, at_ms(to_ms), "", std::move(rows));
    return log.operation(id);
  }
  static TimePoint at_ms(int ms) { return from_ns(std::int64_t{ms} * 1'000'000); }

  // Observation.
  TimePoint now() const override { return time; }
  std::optional<std::string> etcd_leader(const std::string& cell) const override {
    return cell.empty() ? leader : std::nullopt;
  }
  std::vector<std::string> cells() const override { return {"test"}; }
  std::optional<std::string> record(const std::string& cell,
                                    const std::string& path) const override {
    const auto& of_cell = records.at(cell);
    const auto found = of_cell.find(path);
    if (found == of_cell.end()) return std::nullopt;
    return found->second;
  }
  std::vector<std::string> paths(const std::string& cell,
                                 const std::string& prefix) const override {
    std::vector<std::string> result;
    for (const auto& [path, bytes] : records.at(cell)) {
      if (path.starts_with(prefix)) result.push_back(path);
    }
    return result;
  }
  std::optional<QueryResult> query(const std::string& alias,
                                   const std::string& sql) const override {
    QueryResult result;
    if (sql.find("gtid_current_pos") != std::string::npos) {
      if (!positions.contains(alias)) return std::nullopt;
      result.rows.push_back({Value::of_text(positions.at(alias))});
      return result;
    }
    if (sql.find("vreplication") != std::string::npos) {
      if (!streams.contains(alias)) return std::nullopt;
      result.fields = {{"id", Type::int32},
                       {"source", Type::varbinary},
                       {"pos", Type::varbinary},
                       {"state", Type::varbinary}};
      result.rows = streams.at(alias);
      return result;
    }
    if (!messages.contains(alias)) return std::nullopt;
    result.fields = {
        {"page", Type::uint64}, {"time_created_ns", Type::uint64}, {"message", Type::varchar}};
    for (const MessageRow& row : messages.at(alias)) {
      result.rows.push_back({Value::of_uint(row.page), Value::of_uint(row.time_created_ns),
                             Value::of_text(row.text)});
    }
    return result;
  }
  std::optional<std::vector<BinlogTransaction>> log_after(const std::string& alias,
                                                          const std::string& gtid) const override {
    const auto log = logs.find(alias);
    if (log == logs.end()) return std::nullopt;
    const auto& all = log->second;
    const auto known = std::ranges::find(all, gtid, &BinlogTransaction::gtid);
    if (known == all.end()) return std::nullopt;
    return std::vector<BinlogTransaction>(known + 1, all.end());
  }
  bool is_running(const std::string&, const std::string&) const override { return running; }
  const fakes::guestbook::Ledger& ledger() const override { return log; }
  std::string table() const override { return "messages"; }
  const std::vector<MessageRow>& initial_rows() const override { return initial; }

  std::map<std::string, std::map<std::string, std::string>> records{{"", {}}, {"test", {}}};
  std::optional<std::string> leader;                           ///< of the global etcd
  std::map<std::string, std::vector<MessageRow>> messages;     ///< by alias
  std::map<std::string, std::vector<Row>> streams;             ///< by alias, as selected
  std::map<std::string, std::string> positions;                ///< by alias
  std::map<std::string, std::vector<BinlogTransaction>> logs;  ///< by alias
  fakes::guestbook::Ledger log;
  std::vector<MessageRow> initial;
  TimePoint time = at_ms(100'000);
  bool running = true;

 private:
  fakes::guestbook::Operation add(fakes::guestbook::Operation operation,
                                  fakes::guestbook::Outcome outcome, int from_ms, int to_ms,
                                  std::size_t rows = 0) {
    operation.invoked_at = at_ms(from_ms);
    const std::uint64_t id = log.invoke(operation);
    if (outcome != fakes::guestbook::Outcome::pending) {
      log.end(id, outcome, at_ms(to_ms), "", std::vector<fakes::guestbook::Message>(rows));
    }
    return log.operation(id);
  }
};

/// The row a write leaves.
inline MessageRow row_of(const fakes::guestbook::Operation& operation) {
  return MessageRow(operation.page, operation.message.time_created_ns, operation.message.text);
}

/// Shows an event to a check or a situation, and what an event on a host looks like.
template <class Observer>
void show(Observer& observer, std::string_view kind, std::vector<EventField> fields,
          std::string_view host = "somewhere", std::string_view process = "something") {
  sim::TraceEvent event;
  event.at = FakeWorld::at_ms(100'000);
  event.number = 7;
  event.host = host;
  event.process = process;
  event.kind = kind;
  event.fields = fields;
  observer.observe(event);
}

template <class Observer>
void show_graph_written(Observer& observer) {
  show(observer, "TopoWritten",
       {{"path", std::string_view("/vitess/test/keyspaces/ks/SrvKeyspace")},
        {"revision", std::int64_t{42}},
        {"deleted", false}});
}

inline CommandEnd ended(std::string name, bool ok = true) {
  CommandEnd command;
  command.name = std::move(name);
  command.ok = ok;
  return command;
}

inline std::string first_of(const Check& check) {
  return check.violations().empty() ? "" : check.violations().front().sentence;
}

}  // namespace shardlab::scenarios
