#include "scenarios/run/facts.h"

#include <algorithm>
#include <fmt/format.h>

#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

const std::string& text_of(const ExprValue& value) { return std::get<std::string>(value.data); }

/// One shard, or a list of them.
std::vector<std::string> shards_of(const ExprValue& value) {
  if (value.type() == ExprType::text) return {text_of(value)};
  std::vector<std::string> shards;
  for (const ExprValue& one : std::get<ExprList>(value.data)) shards.push_back(text_of(one));
  return shards;
}

topodata::TabletType served_type(const std::string& name) {
  for (const auto type : {topodata::MASTER, topodata::REPLICA, topodata::RDONLY}) {
    if (lower_type(type) == name) return type;
  }
  throw Error(Errc::invalid_argument,
              fmt::format("unknown served type '{}'; there are master, replica, rdonly", name));
}

}  // namespace

void WorldFacts::remember(const std::vector<Remembered>& wanted) {
  for (const Remembered& item : wanted) {
    past_.insert_or_assign({item.step, item.expr.source}, evaluate(item.expr, facts()));
  }
}

Facts WorldFacts::facts() const {
  Facts facts;
  facts.call = [this](const std::string& name, const std::vector<ExprValue>& args) {
    return call(name, args);
  };
  facts.past = [this](const std::string& step, const std::string& source) {
    const auto found = past_.find({step, source});
    if (found != past_.end()) return found->second;
    throw Error(Errc::not_found, fmt::format("nobody remembered {} at step {}", source, step));
  };
  return facts;
}

ExprValue WorldFacts::call(const std::string& name, const std::vector<ExprValue>& args) const {
  if (name == "exists") {
    return ExprValue::of(shard_record(world_, keyspace_, text_of(args.at(0))).has_value());
  }
  if (name == "rows") {
    RowBag all;
    for (const std::string& shard : shards_of(args.at(0))) all = all + rows(shard);
    return ExprValue::of(std::move(all));
  }
  if (name == "tablets") {
    std::vector<std::string> aliases;
    for (const auto& tablet : tablet_records(world_)) aliases.push_back(alias_of(tablet.alias()));
    return ExprValue::of(aliases);
  }
  if (name == "following") {
    const std::vector<std::string> shards = shards_of(args.at(0));
    return ExprValue::of(
        std::ranges::all_of(shards, [this](const auto& shard) { return is_following(shard); }));
  }
  check(name == "serving", "an unknown function in a checked condition");
  const std::vector<std::string> shards = serving(text_of(args.at(0)));
  if (args.size() == 1) return ExprValue::of(shards);
  return ExprValue::of(std::find(shards.begin(), shards.end(), text_of(args[1])) != shards.end());
}

bool WorldFacts::is_following(const std::string& shard) const {
  const auto record = shard_record(world_, keyspace_, shard);
  if (!record || record->source_shards_size() == 0) return false;
  const auto streams =
      world_.query(alias_of(record->master_alias()), "SELECT state FROM `_vt`.`vreplication`");
  if (!streams || streams->rows.size() < static_cast<std::size_t>(record->source_shards_size())) {
    return false;
  }
  return std::all_of(streams->rows.begin(), streams->rows.end(),
                     [](const Row& row) { return row[0].text() == "Running"; });
}

RowBag WorldFacts::rows(const std::string& shard) const {
  const auto moment = world_.moment();
  if (!moment) return read_rows(shard);
  if (read_at_ != *moment) read_.clear();
  read_at_ = *moment;
  const auto found = read_.find(shard);
  if (found != read_.end()) return found->second;
  return read_.emplace(shard, read_rows(shard)).first->second;
}

RowBag WorldFacts::read_rows(const std::string& shard) const {
  const std::string master = master_of(world_, keyspace_, shard);
  if (master.empty()) {
    throw Error(Errc::not_found, fmt::format("shard {}/{} has no master", keyspace_, shard));
  }
  const auto result =
      world_.query(master, fmt::format("SELECT * FROM `vt_{}`.`{}`", keyspace_, world_.table()));
  if (!result) {
    throw Error(Errc::not_found, fmt::format("{} has no table {}", master, world_.table()));
  }
  return RowBag::of(result->rows);
}

std::vector<std::string> WorldFacts::serving(const std::string& type) const {
  std::vector<std::string> shards;
  const topodata::TabletType wanted = served_type(type);
  for (const std::string& cell : world_.cells()) {
    const auto graph = serving_graph(world_, cell, keyspace_);
    if (!graph) continue;
    // Where the cells disagree, all that serve it anywhere.
    for (std::string& shard : shards_serving(*graph, wanted)) {
      if (std::find(shards.begin(), shards.end(), shard) == shards.end()) {
        shards.push_back(std::move(shard));
      }
    }
  }
  return shards;
}

}  // namespace shardlab::scenarios
