#include <catch2/catch.hpp>

#include "fakes/etcd/client.h"
#include "scenarios/history/linearizability.h"
#include "tests/fakes/etcd/cluster_world.h"

namespace shardlab::fakes::etcd {
namespace {

using scenarios::history::History;
using scenarios::history::Kind;
using scenarios::history::Operation;
using scenarios::history::Outcome;

constexpr int operations_of_a_client = 30;

/// Two clients that write and read one key through any member, while members are cut off, crash,
/// lose power and stand still.
class RegisterWorld {
 public:
  explicit RegisterWorld(std::uint64_t seed)
      : cluster_(seed), history_(scenarios::history::Object::single_value) {}

  void run() {
    cluster_.a.spawn([this]() -> Task<> { return use(&cluster_.a, 1'000); });
    cluster_.b.spawn([this]() -> Task<> { return use(&cluster_.b, 2'000); });
    // Bound: the clients', who wait ten seconds at most for each operation.
    while (cluster_.a.running + cluster_.b.running > 0) {
      harm();
      cluster_.run_for(std::chrono::milliseconds(200 + draw(3000)));
      faults_.erase(faults_.begin(),
                    faults_.begin() + static_cast<std::ptrdiff_t>(draw(faults_.size() + 1)));
    }
  }

  const History& history() const { return history_; }
  std::size_t acknowledged() const { return acknowledged_; }

 private:
  std::uint64_t draw(std::uint64_t bound) {
    return cluster_.world.choices().draw("test.register", bound);
  }

  Task<> use(TestClient* user, std::uint64_t first_value) {
    for (std::uint64_t i = 0; i < operations_of_a_client; ++i) {
      Client client(user->process, cluster_.addresses, 5s);
      Operation operation;
      operation.kind = draw(2) == 0 ? Kind::read : Kind::write;
      operation.invoked = to_ns(cluster_.world.now());
      if (operation.is_write()) {
        operation.value = first_value + i;
        PutRequest request;
        request.set_key("a");
        request.set_value(std::to_string(operation.value));
        auto put = co_await capture(client.put(std::move(request)));
        const bool is_refused = !put && put.error().code() == Errc::unavailable;
        operation.outcome = put ? Outcome::ok : is_refused ? Outcome::refused : Outcome::unknown;
      } else {
        RangeRequest request;
        request.set_key("a");
        auto found = co_await capture(client.range(std::move(request)));
        operation.outcome = found ? Outcome::ok : Outcome::unknown;
        if (found && found->kvs_size() > 0) {
          operation.values.push_back(std::stoull(found->kvs(0).value()));
        }
      }
      operation.returned = to_ns(cluster_.world.now());
      if (operation.outcome == Outcome::ok) ++acknowledged_;
      history_.operations.push_back(std::move(operation));
      co_await sleep_until(cluster_.world.now() + std::chrono::milliseconds(draw(500)));
    }
  }

  void harm() {
    const std::size_t whom = draw(3);
    const std::string host = ClusterWorld::host(whom);
    sim::Network& network = cluster_.world.network();
    switch (draw(8)) {
      case 0: {
        const auto leader = cluster_.leader();
        faults_.push_back(cluster_.member(leader.value_or(whom)).down());
        break;
      }
      case 1: faults_.push_back(cluster_.world.find_host(host)->power_off()); break;
      case 2: faults_.push_back(cluster_.member(whom).pause()); break;
      case 3: faults_.push_back(cluster_.cut_off(whom)); break;
      case 4: {
        const auto leader = cluster_.leader();
        faults_.push_back(cluster_.cut_off(leader.value_or(whom)));
        break;
      }
      case 5:
        faults_.push_back(std::make_unique<sim::Partition>(network, sim::HostNames{host},
                                                           cluster_.others(whom),
                                                           sim::Partition::Ways::only_a_to_b));
        break;
      case 6: faults_.push_back(cluster_.disk(whom).slow({.write = 20ms, .sync = 200ms})); break;
      default: break;
    }
  }

  ClusterWorld cluster_;
  History history_;
  std::size_t acknowledged_ = 0;
  std::vector<std::unique_ptr<sim::Fault>> faults_;
};

}  // namespace

TEST_CASE("etcd cluster: a key is a linearizable register in 200 worlds of lost members") {
  std::size_t acknowledged = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    RegisterWorld world(seed);
    world.run();
    INFO("seed " << seed);
    const auto judged = scenarios::history::judge(world.history());
    CHECK(to_string(judged.verdict) == "linearizable");
    acknowledged += world.acknowledged();
  }
  // Most operations still have an answer, so that there is something to judge.
  CHECK(acknowledged > 200 * operations_of_a_client);
}

}  // namespace shardlab::fakes::etcd
