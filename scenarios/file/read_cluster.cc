#include "scenarios/file/read_cluster.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

namespace shardlab::scenarios {

namespace {

constexpr std::int64_t kMaxUid = std::numeric_limits<std::uint32_t>::max();

void read_cells(const Section& section, Cluster& cluster) {
  const Node& cells = section.need("cells");
  for (const Node& cell : list_of(cells)) {
    const bool twice = std::count(cluster.cells.begin(), cluster.cells.end(), text_of(cell)) > 0;
    if (twice) fail_at(cell.place, fmt::format("the cell \"{}\" is named twice", cell.text));
    cluster.cells.push_back(cell.text);
  }
  if (cluster.cells.empty()) fail_at(cells.place, "a cluster needs at least one cell");
}

void read_vtgates(const Section& section, Cluster& cluster) {
  for (const std::string& cell : cluster.cells) cluster.vtgates[cell] = 1;
  const Node* vtgates = section.find("vtgate");
  if (!vtgates) return;
  const std::vector<std::string_view> cells(cluster.cells.begin(), cluster.cells.end());
  const Section per_cell(*vtgates, "\"vtgate\"", cells);
  for (std::string_view cell : cells) per_cell.read(cell, cluster.vtgates[std::string(cell)], 0);
}

void read_network(const Section& root, Latency& latency) {
  const Node* network = root.find("network");
  const Node* given =
      network ? Section(*network, "[network]", {"latency"}).find("latency") : nullptr;
  if (!given) return;
  constexpr std::array<std::string_view, 1> distributions{"lognormal"};
  const Section section(*given, "\"latency\"", {"dist", "p50", "p99"});
  if (const Node* dist = section.find("dist")) {
    choice_of(*dist, "distribution", "distributions", distributions);
  }
  section.read("p50", latency.p50);
  section.read("p99", latency.p99);
  if (latency.p50 <= Duration(0) || latency.p99 < latency.p50) {
    fail_at(given->place, "a latency needs 0 < p50 <= p99");
  }
}

/// Shards in one keyspace and all uids of a scenario, to find what is given twice.
class Taken {
 public:
  void take(const ShardSpec& shard, const Section& section) {
    for (const std::string& name : names_) {
      if (name != shard.name) continue;
      fail_at(section.need("name").place, fmt::format("the shard \"{}\" is given twice", name));
    }
    for (const NumberRange& uids : uids_) {
      if (shard.uids.last < uids.first || uids.last < shard.uids.first) continue;
      fail_at(
          section.need("uids").place,
          fmt::format("the uids overlap those of another shard: {}..{}", uids.first, uids.last));
    }
    names_.push_back(shard.name);
    uids_.push_back(shard.uids);
  }

  void start_keyspace() { names_.clear(); }

 private:
  std::vector<std::string> names_;
  std::vector<NumberRange> uids_;
};

void read_master(const Section& section, ShardSpec& shard) {
  const Node* master = section.find("master");
  if (!master) return;
  shard.master = static_cast<std::uint64_t>(integer_of(*master, 0, kMaxUid));
  const auto end = shard.uids.first + static_cast<std::uint64_t>(shard.replica);
  if (shard.uids.first <= *shard.master && *shard.master < end) return;
  fail_at(master->place,
          fmt::format("uid {} cannot be master of shard \"{}\"", *shard.master, shard.name),
          fmt::format("its replica-type tablets are {}..{}", shard.uids.first, end - 1));
}

/// Reads what every shard has; `replica` and `rdonly` keep the defaults in `shard` when they are
/// not given.
void read_shard(const Section& section, ShardSpec& shard, Taken& taken) {
  shard.name = text_of(section.need("name"));
  const Node& uids = section.need("uids");
  shard.uids = parsed(uids, parse_range);
  if (shard.uids.last > static_cast<std::uint64_t>(kMaxUid)) {
    fail_at(uids.place, fmt::format("a uid is at most {}", kMaxUid));
  }
  const auto tablets =
      static_cast<std::uint64_t>(shard.replica) + static_cast<std::uint64_t>(shard.rdonly);
  if (shard.uids.size() != tablets) {
    fail_at(uids.place, fmt::format("{} uids, but {} replica + {} rdonly tablets",
                                    shard.uids.size(), shard.replica, shard.rdonly));
  }
  taken.take(shard, section);
}

void read_keyspace(const Node& node, Scenario& scenario, Taken& taken) {
  const Section section(node, "[[keyspace]]", {"name", "shard"});
  KeyspaceSpec keyspace;
  keyspace.name = text_of(section.need("name"));
  for (const KeyspaceSpec& other : scenario.keyspaces) {
    if (other.name != keyspace.name) continue;
    fail_at(section.need("name").place,
            fmt::format("the keyspace \"{}\" is given twice", other.name));
  }
  taken.start_keyspace();
  for (const Node& item : list_of(section.need("shard"))) {
    const Section given(item, "[[keyspace.shard]]",
                        {"name", "uids", "replica", "rdonly", "master"});
    ShardSpec shard;
    given.need("replica");
    given.read("replica", shard.replica, 1);
    given.read("rdonly", shard.rdonly, 0);
    read_shard(given, shard, taken);
    read_master(given, shard);
    keyspace.shards.push_back(std::move(shard));
  }
  scenario.keyspaces.push_back(std::move(keyspace));
}

void read_template(const Section& root, Scenario& scenario, Taken& taken) {
  const Node* templates = root.find("template");
  const Node* given =
      templates ? Section(*templates, "[template]", {"sharded"}).find("sharded") : nullptr;
  if (!given) return;
  const Section section(*given, "[template.sharded]", {"shards", "replica", "rdonly"});
  ShardSpec every;
  section.need("replica");
  section.read("replica", every.replica, 1);
  section.read("rdonly", every.rdonly, 0);
  for (const Node& item : list_of(section.need("shards"))) {
    ShardSpec shard = every;
    read_shard(Section(item, "\"shards\"", {"name", "uids"}), shard, taken);
    scenario.sharded_template.push_back(std::move(shard));
  }
}

}  // namespace

void read_cluster(const Section& root, Scenario& scenario) {
  const Section section(root.need("cluster"), "[cluster]",
                        {"cells", "etcd", "vtgate", "vtctld", "ips"});
  Cluster& cluster = scenario.cluster;
  read_cells(section, cluster);
  if (const Node* etcd = section.find("etcd")) {
    const Section members(*etcd, "\"etcd\"", {"global", "per_cell"});
    members.read("global", cluster.etcd_global, 1);
    members.read("per_cell", cluster.etcd_per_cell, 1);
    constexpr int most = 7;
    if (cluster.etcd_global > most || cluster.etcd_per_cell > most) {
      fail_at(etcd->place, "an etcd has seven members at most");
    }
  }
  read_vtgates(section, cluster);
  section.read("vtctld", cluster.vtctlds, 1);
  cluster.ips = AddressPool{0x0a400000, 16};
  if (const Node* ips = section.find("ips")) cluster.ips = parsed(*ips, parse_address_pool);
  read_network(root, scenario.latency);
  Taken taken;
  for (const Node& node : list_of(root.need("keyspace"))) read_keyspace(node, scenario, taken);
  read_template(root, scenario, taken);
}

}  // namespace shardlab::scenarios
