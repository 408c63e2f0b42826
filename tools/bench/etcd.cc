#include <CLI/CLI.hpp>
#include <cstdio>
#include <deque>
#include <fmt/format.h>
#include <map>

#include "fakes/etcd/store.h"
#include "fakes/etcd/watch_stream.h"
#include "tools/bench/cpu_time.h"
#include "tools/bench/figure.h"

namespace shardlab::bench {
namespace {

using namespace fakes::etcd;

constexpr int keys = 10'000;
constexpr int operations = 100'000;
constexpr int kept_history = 10'000;  ///< revisions; what is older is compacted

const std::string value(100, 'v');

std::string key_of(int i) { return fmt::format("/vitess/global/keyspaces/ks/shards/{:05}", i); }

/// The same keys in the same scattered order for every contestant.
std::vector<std::string> scattered_keys() {
  std::vector<std::string> order;
  order.reserve(operations);
  for (int i = 0; i < operations; ++i) order.push_back(key_of(i * 7919 % keys));
  return order;
}

template <class F>
double per_second(const std::vector<std::string>& order, F&& operation) {
  const std::int64_t began = cpu_time_ns();
  for (const std::string& key : order) operation(key);
  return static_cast<double>(order.size()) * 1e9 / static_cast<double>(cpu_time_ns() - began);
}

PutRequest put_of(const std::string& key) {
  PutRequest request;
  request.set_key(key);
  request.set_value(value);
  return request;
}

/// Operations a second in one repeat.
struct Repeat {
  double get = 0, map_get = 0;
  double put = 0, map_put = 0;
  double watch = 0, map_watch = 0;
};

/// Puts, and forgets old history now and then, as a topology server is told to.
void put(Store& store, const std::string& key) {
  const std::int64_t revision = store.put(put_of(key)).header().revision();
  if (revision % kept_history != 0) return;
  CompactionRequest compact;
  compact.set_revision(revision);
  store.compact(compact);
}

void measure_store(const std::vector<std::string>& order, Repeat& repeat) {
  Store store;
  for (int i = 0; i < keys; ++i) store.put(put_of(key_of(i)));
  std::size_t bytes = 0;
  repeat.get = per_second(order, [&](const std::string& key) {
    RangeRequest request;
    request.set_key(key);
    bytes += store.range(request).kvs(0).value().size();
  });
  check(bytes == operations * value.size(), "the store lost a value");
  repeat.put = per_second(order, [&](const std::string& key) { put(store, key); });

  WatchStream watches(store);
  WatchRequest everything;
  everything.mutable_create_request()->set_key(no_end);
  everything.mutable_create_request()->set_range_end(no_end);
  watches.take(everything);
  std::size_t told = 0;
  repeat.watch = per_second(order, [&](const std::string& key) {
    put(store, key);
    for (const WatchResponse& reply : watches.news()) {
      told += static_cast<std::size_t>(reply.events_size());
    }
  });
  check(told == operations, "the watch lost a change");
}

void measure_map(const std::vector<std::string>& order, Repeat& repeat) {
  std::map<std::string, std::string> map;
  for (int i = 0; i < keys; ++i) map[key_of(i)] = value;
  std::size_t bytes = 0;
  repeat.map_get = per_second(order, [&](const std::string& key) {
    const std::string found = map.at(key);
    bytes += found.size();
  });
  check(bytes == operations * value.size(), "the map lost a value");
  repeat.map_put = per_second(order, [&](const std::string& key) { map[key] = value; });
  std::deque<std::pair<std::string, std::string>> told;
  repeat.map_watch = per_second(order, [&](const std::string& key) {
    map[key] = value;
    told.emplace_back(key, value);
    if (told.size() > kept_history) told.pop_front();
  });
}

std::vector<double> all(const std::vector<Repeat>& repeats, double Repeat::*field) {
  std::vector<double> values;
  values.reserve(repeats.size());
  for (const Repeat& repeat : repeats) values.push_back(repeat.*field);
  return values;
}

std::vector<Figure> figures(const std::vector<Repeat>& repeats) {
  std::vector<Figure> figures;
  const auto pair = [&](std::string name, double Repeat::*store, std::string peer,
                        double Repeat::*map) {
    Figure ours{.name = std::move(name), .unit = "/s"};
    ours.value = median(all(repeats, store));
    ours.peer = peer;
    ours.ratio = median_ratio(all(repeats, store), all(repeats, map));
    Figure theirs{.name = std::move(peer), .unit = "/s"};
    theirs.value = median(all(repeats, map));
    figures.push_back(std::move(ours));
    figures.push_back(std::move(theirs));
  };
  pair("get", &Repeat::get, "std::map: find and copy", &Repeat::map_get);
  pair("put", &Repeat::put, "std::map: assign", &Repeat::map_put);
  pair("put, told to a watch of all", &Repeat::watch, "std::map: assign, copy to a list",
       &Repeat::map_watch);
  return figures;
}

int run(int argc, char** argv) {
  CLI::App app("What the store of the etcd stand-in does in a second of thread CPU time.");
  bool json = false;
  int repeats = 7;
  app.add_flag("--json", json, "one JSON object a line and figure");
  app.add_option("--repeats", repeats, "the median of how many")->check(CLI::Range(1, 1000));
  CLI11_PARSE(app, argc, argv);

  const std::vector<std::string> order = scattered_keys();
  std::vector<Repeat> measured(static_cast<std::size_t>(repeats));
  for (Repeat& repeat : measured) {
    measure_store(order, repeat);
    measure_map(order, repeat);
  }
  const auto lines = figures(measured);
  if (json) {
    for (const Figure& figure : lines) std::puts(to_json("etcd", figure).c_str());
  } else {
    std::printf("medians of %d repeats; %d keys, values of %zu bytes; thread CPU time\n\n", repeats,
                keys, value.size());
    std::fputs(to_table(lines).c_str(), stdout);
  }
  return 0;
}

}  // namespace
}  // namespace shardlab::bench

int main(int argc, char** argv) { return shardlab::bench::run(argc, argv); }
