#include <rapidcheck/catch.h>

#include "tests/sim/network_world.h"

namespace shardlab::sim {
namespace {

/// One fault, drawn: what, where, from when to when.
struct Drawn {
  int kind;
  int place;
  Duration begin;
  Duration length;
};

HostNames place(int index) {
  switch (index % 4) {
    case 0: return {"a"};
    case 1: return {"b"};
    case 2: return {"server"};
    default: return {"a", "b"};
  }
}

std::unique_ptr<NetworkFault> make(Network& network, const Drawn& drawn) {
  Match match;
  (drawn.place < 4 ? match.from : match.to) = place(drawn.place);
  match.where = [](const MessageView& m) { return m.number % 3 != 0; };
  switch (drawn.kind) {
    case 0: return std::make_unique<Partition>(network, place(drawn.place), HostNames{});
    case 1:
      return std::make_unique<Partition>(network, place(drawn.place), HostNames{},
                                         Partition::Ways::only_a_to_b);
    case 2: return std::make_unique<Clog>(network, match);
    case 3: return std::make_unique<Hold>(network, match);
    case 4: return std::make_unique<SlowTail>(network, match, SlowTail::Share{1, 3}, 50);
    case 5: match.at_most = 2; return std::make_unique<Reset>(network, match);
    default: match.at_most = 1; return std::make_unique<Blackhole>(network, match);
  }
}

std::vector<Drawn> draw_faults() {
  std::vector<Drawn> faults;
  const int count = *rc::gen::inRange(1, 8);
  for (int i = 0; i < count; ++i) {
    const int kind = *rc::gen::inRange(0, 7);
    const int where = *rc::gen::inRange(0, 8);
    const auto begin = std::chrono::milliseconds(*rc::gen::inRange(0, 1000));
    const auto length = std::chrono::milliseconds(*rc::gen::inRange(1, 1500));
    faults.push_back({kind, where, begin, length});
  }
  return faults;
}

/// Two clients call every 7 ms, without waiting for answers, and read a stream.
class Chatter {
 public:
  Chatter(const std::vector<Drawn>& faults, Duration timeout, std::uint64_t seed)
      : world_(options(seed)) {
    world_.world.network().link("a", "server").bytes_per_second = 1000;
    for (const Drawn& drawn : faults) {
      world_.during(drawn.begin, drawn.begin + drawn.length,
                    [drawn](Network& n) { return make(n, drawn); });
    }
    for (const char* host : {"a", "b"}) {
      world_.start(host, [host, timeout, this](Process& process, NetworkWorld&) {
        return talk(process, host, timeout, &read_[host]);
      });
    }
    world_.run_until(3000s);
  }

  /// The numbers of `host`'s calls in the order in which they were handled.
  std::vector<int> handled(const std::string& host) const {
    std::vector<int> found;
    for (const auto& line : world_.writes) {
      const std::size_t at = line.find(' ' + host);
      if (at != std::string::npos) found.push_back(std::stoi(line.substr(at + 2)));
    }
    return found;
  }
  const std::vector<int>& read(const std::string& host) const { return read_.at(host); }
  std::string digest() { return world_.world.trace().digest(); }
  std::uint64_t effects() const { return world_.effects; }

 private:
  static WorldOptions options(std::uint64_t seed) {
    WorldOptions options;
    options.seed = seed;
    options.latency = LatencyModel(Latency::uniform(100us, 30ms), 20us);
    return options;
  }

  static Task<> read_stream(Process& process, std::vector<int>* read) {
    auto stream = process.world().network().open(process, NetworkWorld::address, "count", "0 60");
    for (;;) {
      auto message = co_await capture(stream->next());
      if (!message || !*message) co_return;
      read->push_back(std::stoi(**message));
    }
  }

  static Task<> call(Process& process, std::string request, Duration timeout) {
    co_await capture(process.world().network().call(process, NetworkWorld::address, "put",
                                                    std::move(request), timeout));
  }

  static Task<> talk(Process& process, std::string host, Duration timeout, std::vector<int>* read) {
    process.background().spawn(read_stream(process, read));
    for (int i = 0; i < 150; ++i) {
      process.background().spawn(call(process, host + std::to_string(i), timeout));
      co_await sleep_until(process.world().now() + 7ms);
    }
  }

  std::map<std::string, std::vector<int>> read_{{"a", {}}, {"b", {}}};
  NetworkWorld world_;
};

bool is_increasing(const std::vector<int>& numbers) {
  return std::adjacent_find(numbers.begin(), numbers.end(), std::greater_equal<>()) ==
         numbers.end();
}

bool is_without_gap(const std::vector<int>& numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != static_cast<int>(i)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("Network: a connection keeps its order under any mix of rules", "[property]") {
  rc::prop("patient callers", [] {
    const auto faults = draw_faults();
    const Chatter chatter(faults, 5000s, *rc::gen::inRange(0, 1000));
    for (const char* host : {"a", "b"}) {
      RC_ASSERT(is_increasing(chatter.handled(host)));
      RC_ASSERT(is_without_gap(chatter.read(host)));
    }
  });
}

TEST_CASE("Network: every message is delivered at most once", "[property]") {
  rc::prop("callers that give up and reconnect", [] {
    const auto faults = draw_faults();
    const Chatter chatter(faults, 200ms, *rc::gen::inRange(0, 1000));
    for (const char* host : {"a", "b"}) {
      auto handled = chatter.handled(host);
      std::sort(handled.begin(), handled.end());
      RC_ASSERT(is_increasing(handled));
      RC_ASSERT(is_without_gap(chatter.read(host)));
    }
  });
}

TEST_CASE("Network: without resets and losses everything arrives in the end", "[property]") {
  rc::prop("patient callers", [] {
    auto faults = draw_faults();
    for (Drawn& drawn : faults) drawn.kind %= 5;
    const Chatter chatter(faults, 5000s, *rc::gen::inRange(0, 1000));
    for (const char* host : {"a", "b"}) {
      RC_ASSERT(chatter.handled(host).size() == 150u);
      RC_ASSERT(chatter.read(host).size() == 60u);
    }
  });
}

TEST_CASE("Network: nothing is delivered across a partition in force", "[property]") {
  rc::prop("partition", [] {
    auto faults = draw_faults();
    const auto begin = std::chrono::milliseconds(*rc::gen::inRange(0, 1000));
    const auto length = std::chrono::milliseconds(*rc::gen::inRange(1, 3000));
    NetworkWorld world(NetworkWorld::one_millisecond());
    for (const Drawn& drawn : faults) {
      world.during(drawn.begin, drawn.begin + drawn.length,
                   [drawn](Network& n) { return make(n, drawn); });
    }
    world.during(begin, begin + length, [](Network& n) {
      return std::make_unique<Partition>(n, HostNames{"a"}, HostNames{"server"});
    });
    Calls calls;
    for (int i = 0; i < 100; ++i) calls.calls.push_back({i * 7ms, "a" + std::to_string(i), 500ms});
    world.start("a", calls);
    world.run_until(3000s);
    const auto told_at = [](const std::string& line) {
      return std::chrono::milliseconds(std::stoi(line));
    };
    std::size_t before = 0;
    for (const auto& line : world.writes) {
      before += told_at(line) < begin;
      RC_ASSERT(told_at(line) < begin || told_at(line) >= begin + length);
    }
    for (const auto& line : world.log) {
      if (!line.ends_with(": ok")) continue;
      RC_ASSERT(told_at(line) < begin || told_at(line) >= begin + length);
    }
    RC_CLASSIFY(before > 0 && before < world.writes.size());
  });
}

TEST_CASE("Network: the same seed and the same rules give one digest", "[property]") {
  rc::prop("digest", [] {
    const auto faults = draw_faults();
    const std::uint64_t seed = *rc::gen::inRange(0, 1000);
    Chatter one(faults, 200ms, seed);
    Chatter same(faults, 200ms, seed);
    Chatter other(faults, 200ms, seed + 1);
    RC_ASSERT(one.digest() == same.digest());
    RC_ASSERT(one.digest() != other.digest());
  });
}

}  // namespace shardlab::sim
