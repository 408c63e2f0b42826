#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>

#include "core/base/error.h"
#include "scenarios/case/case_file.h"
#include "scenarios/file/load.h"
#include "scenarios/text/units.h"

namespace shardlab::scenarios {
namespace {

/// More draws than this lie in a file of their own.
constexpr std::size_t most_draws_to_read = 100;

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// Exact, in a unit that people read: `"41.203s"`, `"250ms"`.
std::string toml_time(Duration time) {
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t ns = time.count();
  if (ns < second || ns % second == 0) return toml_text(format_duration(time));
  std::string fraction = fmt::format("{:09}", ns % second);
  while (fraction.back() == '0') fraction.pop_back();
  return toml_text(fmt::format("{}.{}s", ns / second, fraction));
}

std::string uids(const NumberRange& range) {
  return toml_text(fmt::format("{}..{}", range.first, range.last));
}

// Only what differs from the scenario that the case extends is written.

std::string shards_text(const Scenario& scenario) {
  std::string text;
  for (const KeyspaceSpec& keyspace : scenario.keyspaces) {
    text += fmt::format("\n[[keyspace]]\nname = {}\n", toml_text(keyspace.name));
    for (const ShardSpec& shard : keyspace.shards) {
      text += fmt::format(
          "  [[keyspace.shard]]\n  name = {}\n  uids = {}\n  replica = {}\n  rdonly = {}\n",
          toml_text(shard.name), uids(shard.uids), shard.replica, shard.rdonly);
      if (shard.master) text += fmt::format("  master = {}\n", *shard.master);
    }
  }
  if (scenario.sharded_template.empty()) return text;
  const ShardSpec& any = scenario.sharded_template.front();
  text += fmt::format("\n[template.sharded]\nreplica = {}\nrdonly = {}\nshards = [", any.replica,
                      any.rdonly);
  std::string_view comma;
  for (const ShardSpec& shard : scenario.sharded_template) {
    text += fmt::format("{}{{ name = {}, uids = {} }}", std::exchange(comma, ", "),
                        toml_text(shard.name), uids(shard.uids));
  }
  return text + "]\n";
}

std::string cluster_text(const Cluster& cluster) {
  std::string text = "\n[cluster]\ncells = [";
  std::string_view comma;
  for (const std::string& cell : cluster.cells) {
    text += std::string(std::exchange(comma, ", ")) + toml_text(cell);
  }
  text += "]\nvtgate = {";
  comma = " ";
  for (const auto& [cell, count] : cluster.vtgates) {
    text += fmt::format("{}{} = {}", std::exchange(comma, ", "), cell, count);
  }
  text += fmt::format(" }}\netcd = {{ global = {}, per_cell = {} }}\n", cluster.etcd_global,
                      cluster.etcd_per_cell);
  return text + fmt::format("vtctld = {}\n", cluster.vtctlds);
}

/// TOML's integers end at 2^63.
std::string toml_page(std::uint64_t page) {
  const bool fits = page <= std::numeric_limits<std::int64_t>::max();
  return fits ? std::to_string(page) : toml_text(std::to_string(page));
}

std::string data_text(const DataRows& rows) {
  std::vector<std::string> pages;
  for (const std::uint64_t page : rows.pages) pages.push_back(toml_page(page));
  return fmt::format("\n[data]\nrows = {{ table = {}, count = {}, pages = [{}] }}\n",
                     toml_text(rows.table), rows.count, fmt::join(pages, ", "));
}

std::string retry_text(const std::optional<Retry>& retry) {
  if (!retry) return "";
  return fmt::format("retry = {{ times = {}, every = {} }}\n", retry->times,
                     toml_time(retry->every));
}

std::vector<std::string> ids_of(const std::vector<Step>& steps) {
  std::vector<std::string> ids;
  for (const Step& step : steps) ids.push_back(step.id);
  return ids;
}

/// What `[scenario]` says of the run.
std::string head_text(const Scenario& played, const Scenario& base) {
  std::string text;
  if (played.pace != base.pace) text += fmt::format("pace = {}\n", toml_time(played.pace));
  if (played.limit != base.limit) text += fmt::format("limit = {}\n", toml_time(played.limit));
  const std::string retry = retry_text(played.retry);
  if (retry != retry_text(base.retry)) {
    text += retry.empty() ? retry_text(Retry{}) : retry;
  }
  if (played.faults_after != base.faults_after) {
    const std::string& after = played.faults_after;
    text += fmt::format("start_after = {}\n", toml_text(after.empty() ? "start" : after));
  }
  if (ids_of(played.steps) != ids_of(base.steps)) {
    text += "steps = [";
    std::string_view comma;
    for (const Step& step : played.steps) {
      text += std::string(std::exchange(comma, ", ")) + toml_text(step.id);
    }
    text += "]\n";
  }
  return text.empty() ? "" : "\n[scenario]\n" + text;
}

/// A step that the base has not: its commands.
std::string step_text(const Step& step) {
  std::string run;
  for (const CommandLine& command : step.commands) {
    run += run.empty() ? command.typed : "\n" + command.typed;
  }
  return fmt::format("\n[[step]]\nid  = {}\nrun = {}\n", toml_text(step.id), toml_text(run)) +
         retry_text(step.retry);
}

std::string properties_text(const std::vector<Property>& properties) {
  std::string text;
  for (const Property& property : properties) {
    text += fmt::format("\n[[property]]\nuse  = [{}]\nkind = {}\n", toml_text(property.name),
                        toml_text(to_string(property.kind)));
    if (property.within) text += fmt::format("within = {}\n", toml_time(*property.within));
  }
  return text;
}

std::string latency_text(const Latency& latency) {
  return fmt::format("\n[network]\nlatency = {{ p50 = {}, p99 = {} }}\n", toml_time(latency.p50),
                     toml_time(latency.p99));
}

std::string_view to_string(Visit::Kind kind) {
  switch (kind) {
    case Visit::Kind::write: return "write";
    case Visit::Kind::read_replica: return "read-replica";
    case Visit::Kind::read_master: return "read-master";
  }
  return "";
}

std::string load_text(const Load& load) {
  std::string text = "\n[[load]]\nkind   = \"guestbook\"\nvisits = [";
  for (const Visit& visit : *load.visits) {
    text += fmt::format("\n  {{ at = {}, do = {}, page = {} }},", toml_time(visit.at),
                        toml_text(to_string(visit.kind)), toml_page(visit.page));
  }
  return text + (load.visits->empty() ? "]\n" : "\n]\n");
}

std::string trigger_text(const FaultTrigger& trigger) {
  std::string text;
  switch (trigger.on) {
    case FaultTrigger::On::time: text = fmt::format("at     = {}\n", toml_time(trigger.at)); break;
    case FaultTrigger::On::step:
    case FaultTrigger::On::fault: text = fmt::format("after  = {}\n", toml_text(trigger.id)); break;
    case FaultTrigger::On::event:
      text = fmt::format("on     = {}\n", toml_text(trigger.event->name));
      break;
  }
  if (!trigger.where.empty()) {
    text += "where  = {";
    std::string_view comma = " ";
    for (const auto& [field, value] : trigger.where) {
      text +=
          fmt::format("{}{} = {}", std::exchange(comma, ", "), toml_text(field), toml_text(value));
    }
    text += " }\n";
  }
  if (trigger.nth > 1) text += fmt::format("nth    = {}\n", trigger.nth);
  if (trigger.most_delay == Duration(0)) return text;
  if (trigger.least_delay == trigger.most_delay) {
    return text + fmt::format("delay  = {}\n", toml_time(trigger.most_delay));
  }
  return text + fmt::format("delay  = {{ min = {}, max = {} }}\n", toml_time(trigger.least_delay),
                            toml_time(trigger.most_delay));
}

std::string fault_text(const FaultSpec& fault) {
  constexpr std::string_view fates[] = {"kept", "lost", "torn"};
  std::string text = fmt::format("\n[[fault]]\nid     = {}\nkind   = {}\n", toml_text(fault.id),
                                 toml_text(fault.kind->name));
  if (!fault.target.argument.empty()) {
    text += fmt::format("target = {}\n", toml_text(fault.target.text()));
  }
  if (fault.peer) text += fmt::format("peer   = {}\n", toml_text(fault.peer->text()));
  text += trigger_text(fault.trigger);
  if (fault.length) text += fmt::format("for    = {}\n", toml_time(*fault.length));
  if (!fault.kind->amount.empty()) {
    text += fmt::format("amount = {}\n", toml_text(format_amount(*fault.kind, fault.amount)));
  }
  if (fault.chance_millionths < 1'000'000) {
    text += fmt::format("chance = 0.{:06}\n", fault.chance_millionths);
  }
  if (fault.unsynced) {
    text += fmt::format("disk   = {{ unsynced = \"{}\" }}\n",
                        fates[static_cast<std::size_t>(*fault.unsynced)]);
  }
  if (!fault.step.empty()) text += fmt::format("step   = {}\n", toml_text(fault.step));
  if (fault.command) text += fmt::format("run    = {}\n", toml_text(fault.command->typed));
  return text;
}

std::size_t draws_to_write(const sim::ChoiceTape& draws) {
  std::size_t count = 0;
  for (const auto& [name, site] : draws.sites()) {
    count += site.values.size() - static_cast<std::size_t>(std::ranges::count(site.values, 0U));
  }
  return count;
}

std::string draws_text(const sim::ChoiceTape& draws) {
  std::string text =
      "\n[case.draws]                 # by number, from 0; all others are the calmest\n";
  for (const auto& [name, site] : draws.sites()) {
    std::vector<std::string> pairs;
    for (std::size_t i = 0; i < site.values.size(); ++i) {
      if (site.values[i] == 0) continue;
      check(site.values[i] <= std::numeric_limits<std::int64_t>::max(), "a draw fits an integer");
      pairs.push_back(fmt::format("[{}, {}]", i, site.values[i]));
    }
    if (!pairs.empty()) {
      text += fmt::format("{} = [{}]\n", toml_text(name), fmt::join(pairs, ", "));
    }
  }
  return text;
}

std::string toml_size(const CaseSize& size) {
  return fmt::format("{{ faults = {}, visits = {}, rows = {}, tablets = {} }}", size.faults,
                     size.visits, size.rows, size.tablets);
}

std::string case_text(const Case& what) {
  const FoundBy& by = what.found_by;
  std::string text =
      fmt::format("\n[case]\nfound_by = {{ scenario = {}, seed = {}, build = {}, date = {} }}\n",
                  toml_text(by.scenario), by.seed, toml_text(by.build), toml_text(by.date));
  if (!by.test.empty()) text += fmt::format("test     = {}\n", toml_text(by.test));
  text +=
      fmt::format("violates = {}\nclass    = {}\nbecause  = {}\n", toml_text(what.failure.property),
                  toml_text(what.failure.violation_class), toml_text(what.failure.sentence));
  text += fmt::format("trace    = {}\nevents   = {}\n", toml_text(what.digest), what.events);
  if (!what.also.empty()) {
    std::vector<std::string> names;
    for (const std::string& name : what.also) names.push_back(toml_text(name));
    text += fmt::format("also     = [{}]\n", fmt::join(names, ", "));
  }
  if (what.schedule != sim::Schedule()) {
    text += fmt::format("schedule = {}\n", toml_text(sim::to_string(what.schedule)));
  }
  if (what.found) text += fmt::format("found    = {}\n", toml_size(*what.found));
  return text;
}

std::string relative_to(const std::string& path, const std::string& folder) {
  namespace fs = std::filesystem;
  return fs::absolute(path)
      .lexically_normal()
      .lexically_relative(fs::absolute(folder).lexically_normal())
      .generic_string();
}

}  // namespace

CaseText to_text(const Case& what, const std::string& folder, const std::string& choices_file) {
  const Scenario base = load_scenario(what.base);
  const Scenario& played = what.scenario;
  CaseText text;
  std::string& toml = text.toml;
  toml = fmt::format("format  = 1\nextends = {}\n", toml_text(relative_to(what.base, folder)));
  if (played.faults.empty() && !base.faults.empty()) toml += "fault   = []\n";
  if (played.properties.empty() && !base.properties.empty()) toml += "property = []\n";
  toml += head_text(played, base);
  if (cluster_text(played.cluster) != cluster_text(base.cluster)) {
    toml += cluster_text(played.cluster);
  }
  if (latency_text(played.latency) != latency_text(base.latency)) {
    toml += latency_text(played.latency);
  }
  if (shards_text(played) != shards_text(base)) toml += shards_text(played);
  if (played.data && (!base.data || data_text(*played.data) != data_text(*base.data))) {
    toml += data_text(*played.data);
  }
  for (const Load& load : played.loads) {
    if (load.visits) toml += load_text(load);
  }
  for (const Step& step : played.steps) {
    if (!base.find_step(step.id)) toml += step_text(step);
  }
  for (const FaultSpec& fault : played.faults) toml += fault_text(fault);
  const std::string properties = properties_text(played.properties);
  if (properties != properties_text(base.properties)) toml += properties;
  toml += case_text(what);
  const std::size_t draws = draws_to_write(what.draws);
  if (draws > most_draws_to_read) {
    text.choices = what.draws.encode();
    toml += fmt::format("draws_file = {}\n", toml_text(choices_file));
  } else if (draws > 0) {
    toml += draws_text(what.draws);
  }
  return text;
}

}  // namespace shardlab::scenarios
