#include "scenarios/swarm/swarm.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>

#include "scenarios/checks/placement.h"
#include "scenarios/file/topology.h"
#include "scenarios/swarm/fault_draw.h"
#include "scenarios/text/units.h"

namespace shardlab::scenarios {
namespace {

using std::chrono::milliseconds;

/// Each visit reads a page, which grows: a world that is stuck for an hour would cost minutes.
constexpr std::uint64_t most_visits = 1000;

/// One run's draws.
class Swarm {
 public:
  Swarm(Scenario scenario, sim::Choices& choices) : choices_(choices) {
    drawn_.scenario = std::move(scenario);
  }

  Drawn draw() && {
    draw_topology();
    draw_load();
    draw_network();
    draw_schedule();
    draw_kinds();
    draw_faults();
    return std::move(drawn_);
  }

 private:
  std::uint64_t below(std::string_view site, std::uint64_t bound) {
    return choices_.draw(site, bound);
  }
  /// One of the list; the first is the calmest.
  template <class T, std::size_t n>
  const T& one_of(std::string_view site, const std::array<T, n>& list) {
    return list[below(site, n)];
  }
  void say(std::string line) { drawn_.said.push_back(std::move(line)); }

  /// One of the list, or nothing when it is empty; the draw is taken all the same.
  template <class T>
  const T* chosen(std::string_view site, const std::vector<T>& list) {
    const std::uint64_t drawn = below(site, std::max<std::uint64_t>(list.size(), 1));
    return list.empty() ? nullptr : &list[drawn];
  }

  void draw_topology() {
    const SwarmSpec swarm = drawn_.scenario.swarm;
    Topology topology;
    topology.split = chosen("swarm.split", swarm.splits);
    if (const int* replica = chosen("swarm.replica", swarm.replica)) topology.replica = *replica;
    if (const int* rdonly = chosen("swarm.rdonly", swarm.rdonly)) topology.rdonly = *rdonly;
    if (const auto* cells = chosen("swarm.cells", swarm.cells)) topology.cells = *cells;
    if (const int* vtgates = chosen("swarm.vtgates", swarm.vtgates)) topology.vtgates = *vtgates;
    if (const int* etcd = chosen("swarm.etcd", swarm.etcd)) topology.etcd = *etcd;
    drawn_.scenario = with_topology(std::move(drawn_.scenario), topology);
    const Scenario& scenario = drawn_.scenario;
    const std::vector<std::string> others = other_shards(scenario);
    say(fmt::format("{} becomes {}{}", fmt::join(source_shards(scenario), " and "),
                    fmt::join(target_shards(scenario), ", "),
                    others.empty() ? "" : fmt::format("; {} stays", fmt::join(others, ", "))));
    const ShardSpec& shard = scenario.keyspaces.front().shards.front();
    const Cluster& cluster = scenario.cluster;
    const std::string etcds =
        cluster.etcd_global > 1 ? fmt::format(", etcds of {}", cluster.etcd_global) : "";
    say(fmt::format("in {}: {} replica and {} rdonly a shard, vtgates {}{}",
                    fmt::join(cluster.cells, ", in "), shard.replica, shard.rdonly,
                    cluster.vtgates.begin()->second, etcds));
  }

  void draw_load() {
    constexpr std::array<std::int64_t, 5> rates{5, 1, 2, 3, 10};
    constexpr std::array<std::int64_t, 5> writes{300'000, 50'000, 500'000, 800'000, 1'000'000};
    constexpr std::array<std::int64_t, 6> rows{11, 0, 1, 3, 60, 400};
    const std::int64_t rate = one_of("swarm.rate", rates);
    const std::int64_t share = one_of("swarm.writes", writes);
    const Pages pages = page_choices()[below("swarm.pages", page_choices().size())];
    const bool reads_master = below("swarm.reads", 4) == 3;
    const std::int64_t row_count = one_of("swarm.rows", rows);
    const bool rows_are_there = below("swarm.rows_on_pages", 2) == 1;
    for (Load& load : drawn_.scenario.loads) {
      load.rate = Rate{rate};
      load.write_millionths = share;
      load.reads = reads_master ? Load::Reads::master : Load::Reads::replica;
      load.pages = pages.list;
      load.most = most_visits;
    }
    if (drawn_.scenario.data) {
      drawn_.scenario.data->count = row_count;
      if (rows_are_there) drawn_.scenario.data->pages = pages.list;
    }
    say(fmt::format("load {}/s, {} % writes, {}, reads from {}; {} rows on {} pages", rate,
                    share / 10'000, pages.name, reads_master ? "the master" : "replicas", row_count,
                    rows_are_there ? "these" : "the guide's"));
  }

  struct Pages {
    std::string name;
    std::vector<std::uint64_t> list;
  };

  /// The calmest are the first hundred.
  std::vector<Pages> page_choices() const {
    std::vector<Pages> choices;
    for (const std::uint64_t count : {100, 1, 3, 20}) {
      Pages pages{fmt::format("{} pages", count), {}};
      for (std::uint64_t page = 0; page < count; ++page) pages.list.push_back(page);
      choices.push_back(std::move(pages));
    }
    constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    constexpr std::uint64_t middle = std::uint64_t{1} << 63;
    choices.push_back({"the greatest pages", {last, last - 1, middle, middle - 1, middle + 1}});
    Pages borders{"pages on the shards' borders", {}};
    borders.list = {page_of(std::string(8, '\0')), page_of(std::string(8, '\xff'))};
    for (const ShardSpec& shard : drawn_.scenario.sharded_template) {
      std::string id = ShardRange(shard.name).end();
      if (id.empty()) continue;
      id.resize(8, '\0');
      borders.list.push_back(page_of(id));  // the first of the next shard
      std::size_t at = id.size();
      while (--at > 0 && id[at] == '\0') id[at] = '\xff';
      --id[at];
      borders.list.push_back(page_of(id));  // the last of this one
    }
    choices.push_back(std::move(borders));
    return choices;
  }

  void draw_network() {
    struct Speed {
      milliseconds p50, p99;
    };
    constexpr std::array<Speed, 4> speeds{{{milliseconds(1), milliseconds(8)},
                                           {milliseconds(1), milliseconds(2)},
                                           {milliseconds(1), milliseconds(40)},
                                           {milliseconds(5), milliseconds(200)}}};
    constexpr std::array<milliseconds, 4> paces{milliseconds(1000), milliseconds(10),
                                                milliseconds(300), milliseconds(2000)};
    const Speed& speed = one_of("swarm.latency", speeds);
    drawn_.scenario.latency.p50 = speed.p50;
    drawn_.scenario.latency.p99 = speed.p99;
    drawn_.scenario.pace = one_of("swarm.pace", paces);
    say(fmt::format("network {} median, {} p99; a command every {}", format_duration(speed.p50),
                    format_duration(speed.p99), format_duration(drawn_.scenario.pace)));
  }

  void draw_schedule() {
    constexpr std::array<std::string_view, 4> schedules{"fifo", "random", "pct:2", "delay:20"};
    const std::string_view name = one_of("swarm.schedule", schedules);
    drawn_.schedule = *sim::Schedule::parse(name);
    say(fmt::format("schedule {}", name));
  }

  /// Each kind is in or out, so that one that hides the others is often missing.
  void draw_kinds() {
    const FaultDraw faults(drawn_.scenario, choices_);
    for (const FaultKindInfo& kind : fault_kinds()) {
      const bool is_in = below("swarm.kind", 3) == 1;
      if (is_in && faults.is_possible(kind)) kinds_.push_back(&kind);
    }
    std::string names;
    for (const FaultKindInfo* kind : kinds_) names += fmt::format(" {}", kind->name);
    say("fault kinds" + (names.empty() ? std::string(" none") : names));
  }

  void draw_faults() {
    constexpr std::uint64_t most = 8;
    const std::uint64_t count = kinds_.empty() ? 0 : below("swarm.faults", most + 1);
    FaultDraw faults(drawn_.scenario, choices_);
    std::vector<FaultSpec> drawn;
    for (std::uint64_t i = 0; i < count; ++i) {
      drawn.push_back(faults.draw(kinds_));
      drawn.back().id = fmt::format("drawn-{}", i + 1);
    }
    auto& all = drawn_.scenario.faults;
    std::ranges::move(drawn, std::back_inserter(all));
  }

  sim::Choices& choices_;
  Drawn drawn_;
  std::vector<const FaultKindInfo*> kinds_;
};

}  // namespace

Drawn draw_swarm(Scenario scenario, sim::Choices& choices) {
  return Swarm(std::move(scenario), choices).draw();
}

}  // namespace shardlab::scenarios
