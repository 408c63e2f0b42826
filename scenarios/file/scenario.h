#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "scenarios/expect/expression.h"
#include "scenarios/faults/fault_spec.h"
#include "scenarios/shell/command_line.h"
#include "scenarios/text/units.h"

namespace shardlab::scenarios {

/// A sentence for people in the languages the product speaks; `zh` may be empty.
struct Wording {
  std::string en;
  std::string zh;
};

struct Cluster {
  std::vector<std::string> cells;      ///< `["test"]`
  int etcd_global = 1;                 ///< members of the global etcd
  int etcd_per_cell = 1;               ///< members of each cell's etcd
  std::map<std::string, int> vtgates;  ///< cell to number of vtgates, an entry for each cell
  int vtctlds = 1;                     ///< a second operator has the last one
  AddressPool ips;                     ///< where pod addresses come from

  friend bool operator==(const Cluster&, const Cluster&) = default;
};

/// One-way delay of a message between two hosts.
struct Latency {
  enum class Distribution { lognormal };
  Distribution distribution = Distribution::lognormal;
  Duration p50 = std::chrono::milliseconds(1);
  Duration p99 = std::chrono::milliseconds(8);
};

/// One shard and its tablets: the first `replica` uids are replica-type, the rest rdonly.
struct ShardSpec {
  std::string name;  ///< `"0"`, `"-80"`
  NumberRange uids;  ///< `"100..104"`
  int replica = 0;
  int rdonly = 0;
  std::optional<std::uint64_t>
      master;  ///< uid of the first master; without one the shard starts without
};

struct KeyspaceSpec {
  std::string name;
  std::vector<ShardSpec> shards;
};

/// What `$(cat NAME)` reads.
struct VirtualFile {
  std::string path;  ///< where it was found, from the working directory
  std::string content;
};

/// Rows that are there before the first command: row i (from 0) is on page `pages[i %
/// pages.size()]`.
struct DataRows {
  std::string table;  ///< `"messages"`
  std::int64_t count = 0;
  std::vector<std::uint64_t> pages;
};

/// One request of a Guestbook visitor.
struct Visit {
  enum class Kind { write, read_replica, read_master };
  Duration at{0};  ///< since the start of the run
  Kind kind = Kind::write;
  std::uint64_t page = 0;
  friend bool operator==(const Visit&, const Visit&) = default;
};

/// An open-loop load that runs from the start of one step to the start of another, or just the
/// visits that are listed.
struct Load {
  enum class Reads { replica, master };
  std::optional<std::vector<Visit>> visits;  ///< when given, nothing below counts
  Rate rate;
  std::vector<std::uint64_t> pages;
  std::int64_t write_millionths = 0;  ///< share of writes: 0.3 is 300000
  Reads reads = Reads::replica;
  std::optional<std::uint64_t> most;  ///< after so many visits nobody comes any more
  std::string from;  ///< id of the step that starts it; empty: before the first command
  std::string to;    ///< id of the step before which it ends; empty: at the end of the run
};

/// A message the visitor leaves on a Guestbook page.
struct Post {
  std::uint64_t page = 0;
  std::string message;
};

/// What must be true after the commands of a step.
struct Expectation {
  std::optional<Expr> that;        ///< holds at once, or within `within` when that is given
  std::optional<Expr> eventually;  ///< becomes true within `within`
  std::optional<Duration> within;
  std::vector<std::string> output;        ///< patterns, see `missing_pattern`
  std::optional<Duration> max_write_gap;  ///< the longest time without an accepted write
};

/// How often a step is done again when it fails, as a person would.
struct Retry {
  int times = 0;
  Duration every = std::chrono::seconds(10);
};

struct Step {
  std::string id;
  Wording say;
  std::vector<CommandLine> commands;
  Expectation expect;
  std::vector<Post>
      post;  ///< posted in this order when the commands are done, before `expect` is judged
  std::optional<Retry> retry;
  std::optional<Expr> done_when;  ///< after a failure: then the step has succeeded all the same
};

/// One check of a run, by the name of the product's list of checks or of situations.
struct Property {
  enum class Kind { always, eventually, sometimes };
  std::string name;  ///< `"acknowledged-writes-survive"`
  Kind kind = Kind::always;
  std::optional<Duration> within;  ///< for `eventually`, counted from the end of the last step
};

/// A shard and what becomes of it.
struct Split {
  std::string source;                ///< `"0"`
  std::vector<std::string> targets;  ///< `["-80", "80-"]`
  std::vector<std::string> others;   ///< shards that stay beside it
};

/// What `[swarm]` lets a seed choose of the cluster; of each the first is the calmest, and nothing
/// means: as the scenario has it.
struct SwarmSpec {
  std::vector<Split> splits;
  std::vector<int> replica;                     ///< replica-type tablets of a shard in each cell
  std::vector<int> rdonly;                      ///< its rdonly tablets in each cell
  std::vector<std::vector<std::string>> cells;  ///< `[["test"], ["test", "zone2"]]`
  std::vector<int> vtgates;                     ///< in each cell
  std::vector<int> etcd;                        ///< members of each etcd
};

/// Steps as a file has them, see read_steps.h.
struct StepTexts;

/// A whole scenario file with what it extends: checked, with defaults filled in, every reference
/// resolved.
struct Scenario {
  std::string path;  ///< of the file it was read from; empty for one that was not
  std::string name;
  Wording title;
  Duration limit = std::chrono::minutes(30);  ///< virtual; reaching it makes the run inconclusive
  Duration pace{0};            ///< a person's pause before each command but the first
  std::optional<Retry> retry;  ///< of steps that say nothing of their own
  Cluster cluster;
  Latency latency;
  std::vector<KeyspaceSpec> keyspaces;
  std::vector<ShardSpec> sharded_template;  ///< what `sharded-vttablet-up.sh` creates
  std::map<std::string, VirtualFile> files;
  std::optional<DataRows> data;
  std::vector<Load> loads;
  std::vector<Step> steps;
  bool is_swarm = false;  ///< the seed draws cluster, load, data, network, schedule and faults
  SwarmSpec swarm;
  std::shared_ptr<const StepTexts> step_texts;  ///< for other clusters
  std::vector<FaultSpec> faults;
  std::string faults_after;  ///< id of the step before whose end no fault begins; or empty
  std::vector<Property> properties;

  /// Number of commands of all steps.
  std::size_t command_count() const;
  /// Position of the step, or none.
  std::optional<std::size_t> find_step(std::string_view id) const;
};

std::string_view to_string(Property::Kind kind);

/// Checks a run can be asked for: `always` and `eventually`.
const std::vector<std::string_view>& known_checks();

}  // namespace shardlab::scenarios
