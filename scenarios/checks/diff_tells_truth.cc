#include "scenarios/checks/diff_tells_truth.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "scenarios/checks/placement.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {
namespace {

/// The rows of a table as sorted texts, those whose page lies in the range. A table without pages
/// has no row that could be left out.
std::optional<std::vector<std::string>> rows_of(const Observation& world, const std::string& alias,
                                                const std::string& keyspace,
                                                const std::string& table, const ShardRange& range) {
  const auto result =
      world.query(alias, fmt::format("SELECT * FROM `vt_{}`.`{}`", keyspace, table));
  if (!result) return std::nullopt;
  std::size_t page = 0;
  while (page < result->fields.size() && result->fields[page].name != "page") ++page;
  std::vector<std::string> rows;
  PagesInRange pages(range);
  for (const Row& row : result->rows) {
    if (page < row.size() && !pages.contains(number_in(row[page]))) continue;
    std::string text;
    for (const Value& value : row) {
      if (!text.empty()) text += ", ";
      value.append_sql_literal(text);
    }
    rows.push_back(std::move(text));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<std::string> only_in(const std::vector<std::string>& left,
                                 const std::vector<std::string>& right) {
  std::vector<std::string> rest;
  std::set_difference(left.begin(), left.end(), right.begin(), right.end(),
                      std::back_inserter(rest));
  return rest;
}

void add_examples(std::vector<std::string>& details, const std::vector<std::string>& rows,
                  std::string_view where) {
  for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 3); ++i) {
    details.push_back(fmt::format("only on {}: {}", where, rows[i]));
  }
}

const topodata::Tablet* find(const std::vector<topodata::Tablet>& tablets,
                             const std::string& alias) {
  for (const auto& tablet : tablets) {
    if (alias_of(tablet.alias()) == alias) return &tablet;
  }
  return nullptr;
}

}  // namespace

void DiffTellsTruth::on_event(const sim::TraceEvent& event) {
  // Somebody's hand on it follows at once.
  const std::string touched = std::exchange(touched_, "");
  if (event.kind == "FaultStarted" && event.text("fault") == "stop-replication") {
    touched_ = event.text("target");
  } else if (event.kind == "SplitDiffTableCompared") {
    judge_verdict(event);
  } else if (event.kind == "ReplicationStopped") {
    if (event.host == touched) return;  // that is not the worker's
    note_stop(std::string(event.host), !event.text("error").empty());
  } else if (event.kind == "ReplicationStarted") {
    stopped_replicas_.erase(std::string(event.host));
    failed_replicas_.erase(std::string(event.host));
  } else if (event.kind == "WorkerStateChanged") {
    is_working_ = event.text("state") != "done" && event.text("state") != "error";
  } else if (event.kind == "CleanUpFailed") {
    was_cut_short_ = true;
  } else if (event.host == "vtworker" && is_working_) {
    was_cut_short_ |= event.kind == "ProcessCrashed" || event.kind == "ProcessLostPower";
  }
}

/// One that has failed by itself is stopped again and again by those who try to mend it.
void DiffTellsTruth::note_stop(const std::string& host, bool has_failed) {
  if (has_failed) failed_replicas_.insert(host);
  if (!failed_replicas_.contains(host)) stopped_replicas_.insert(host);
}

void DiffTellsTruth::judge_verdict(const sim::TraceEvent& event) {
  const std::string source(event.text("source")), target(event.text("target"));
  const std::string table(event.text("table"));
  const auto tablets = tablet_records(world());
  const topodata::Tablet* source_tablet = find(tablets, source);
  const topodata::Tablet* target_tablet = find(tablets, target);
  if (!source_tablet || !target_tablet) {
    violate(fmt::format("SplitDiff compared {} with {}, which have no records", source, target));
    return;
  }
  const ShardRange range(event.text("key_range"));
  const auto wanted = rows_of(world(), source, source_tablet->keyspace(), table, range);
  // In a split everything on the target counts, also what does not belong there.
  const ShardRange own(target_tablet->shard());
  const bool is_merge = own.contains(range.start()) && own != range;
  const auto found = rows_of(world(), target, target_tablet->keyspace(), table,
                             is_merge ? range : ShardRange("", ""));
  if (!wanted || !found) {
    violate(fmt::format("table {} of {} or {} cannot be read", table, source, target));
    return;
  }
  const bool is_clean = *wanted == *found;
  if (is_clean == event.flag("clean")) return;
  std::vector<std::string> details;
  add_examples(details, only_in(*wanted, *found), source);
  add_examples(details, only_in(*found, *wanted), target);
  violate(fmt::format("SplitDiff says that table {} of {} {} {} in {}, and it {}", table, target,
                      is_clean ? "differs from" : "is what is on", source, event.text("key_range"),
                      is_clean ? "does not" : "is not"),
          std::move(details));
}

void DiffTellsTruth::command_ended(const CommandEnd& command) {
  const bool is_worker = command.name == "SplitDiff" || command.name == "SplitClone";
  if (!is_worker) return;
  seen_.clear();
  if (command.name == "SplitDiff" || was_cut_short_) {
    for (const topodata::Tablet& tablet : tablet_records(world())) judge_tablet(tablet);
  }
  std::erase_if(excused_, [this](const std::string& one) { return !seen_.contains(one); });
  was_cut_short_ = false;
}

void DiffTellsTruth::left_behind(const std::string& what, std::string sentence) {
  seen_.insert(what);
  if (was_cut_short_) excused_.insert(what);
  if (!excused_.contains(what)) violate(std::move(sentence));
}

void DiffTellsTruth::judge_tablet(const topodata::Tablet& tablet) {
  const std::string alias = alias_of(tablet.alias());
  if (tablet.type() == topodata::DRAINED) {
    left_behind(alias, fmt::format("{} is still drained after SplitDiff", alias));
  }
  if (tablet.type() == topodata::MASTER) {
    judge_streams(alias);
  } else if (stopped_replicas_.contains(alias)) {
    left_behind(alias, fmt::format("replication on {} is still stopped after SplitDiff", alias));
  }
}

void DiffTellsTruth::judge_streams(const std::string& master) {
  const auto streams = world().query(master, "SELECT id, state FROM `_vt`.`vreplication`");
  if (!streams) return;  // no stream was ever made there
  for (const Row& row : streams->rows) {
    if (row[1].text() == "Running") continue;
    left_behind(master, fmt::format("stream {} on {} is {} after SplitDiff", row[0].text(), master,
                                    row[1].text()));
  }
}

}  // namespace shardlab::scenarios
