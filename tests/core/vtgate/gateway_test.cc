#include "core/vtgate/gateway.h"

#include <catch2/catch.hpp>

#include "core/key/error_of.h"
#include "tests/core/scripted_world.h"

namespace shardlab::vtgate {
namespace {

using tests::a_tablet;
using tests::ProcessPorts;
using tests::TestWorld;

/// Answers each call with what the script says next: an error, or an empty result.
struct ScriptedRpc final : Rpc {
  Task<std::string> call(std::string address, std::string method, std::string,
                         Duration timeout) override {
    calls.push_back(method + " " + address);
    timeouts.push_back(timeout);
    if (answers.empty()) throw BugError("unexpected call");
    const auto answer = answers.front();
    answers.pop_front();
    if (takes > Duration(0)) co_await clock->sleep(takes);
    if (answer) throw *answer;
    co_return query::ExecuteResponse().SerializeAsString();
  }
  std::unique_ptr<RpcStream> open(std::string, std::string, std::string) override {
    throw BugError("no streams here");
  }
  void serve(int, RpcHandler&) override {}

  std::deque<std::optional<Error>> answers;
  std::vector<std::string> calls;
  std::vector<Duration> timeouts;
  Clock* clock = nullptr;
  Duration takes{0};
};

query::Target a_target(topodata::TabletType type) {
  query::Target target;
  target.set_keyspace("test_keyspace");
  target.set_shard("0");
  target.set_tablet_type(type);
  return target;
}

discovery::TabletStatsCache tablets(std::vector<topodata::Tablet> records) {
  discovery::TabletStatsCache cache;
  for (const auto& record : records) {
    cache.add(record);
    query::StreamHealthResponse message;
    *message.mutable_target() = a_target(record.type());
    message.set_serving(true);
    cache.update(topo::TabletAlias(record.alias().cell(), record.alias().uid()), message);
  }
  return cache;
}

discovery::TabletStatsCache three_replicas() {
  return tablets({a_tablet(101, "0", topodata::REPLICA), a_tablet(102, "0", topodata::REPLICA),
                  a_tablet(103, "0", topodata::REPLICA)});
}

struct Sent {
  std::vector<std::string> calls;
  std::vector<Duration> timeouts;
  std::optional<Error> error;
};

/// One request through a gateway in cell `test`.
Sent send(const discovery::TabletStatsCache& cache, topodata::TabletType type, Effect effect,
          std::deque<std::optional<Error>> answers, Duration takes = Duration(0)) {
  ScriptedRpc rpc;
  rpc.answers = std::move(answers);
  rpc.takes = takes;
  Sent sent;
  TestWorld world;
  struct Asking {
    static Task<> run(ProcessPorts& ports, ScriptedRpc& rpc,
                      const discovery::TabletStatsCache* cache, topodata::TabletType type,
                      Effect effect, Sent& sent) {
      rpc.clock = &ports.clock;
      GatewayOptions options;
      options.cell = "test";
      Gateway gateway(ports.env_with(rpc), *cache, options);
      const TimePoint deadline = ports.clock.now() + 10s;
      auto result =
          co_await capture(gateway.execute(a_target(type), "select 1", effect, deadline));
      if (!result) sent.error = error_of(result);
    }
  };
  world.run([&](ProcessPorts& ports) {
    return Asking::run(ports, rpc, &cache, type, effect, sent);
  });
  sent.calls = rpc.calls;
  sent.timeouts = rpc.timeouts;
  return sent;
}

Error not_serving() {
  return Error(Errc::failed_precondition, "operation not allowed in state NOT_SERVING");
}

TEST_CASE("gateway: a retryable error is followed by an attempt on another tablet") {
  const Sent sent = send(three_replicas(), topodata::REPLICA, Effect::read,
                         {not_serving(), Error(Errc::unavailable, "down"), std::nullopt});
  CHECK_FALSE(sent.error);
  CHECK(sent.calls.size() == 3);
  CHECK(std::set<std::string>(sent.calls.begin(), sent.calls.end()).size() == 3);
}

TEST_CASE("gateway: after three attempts the last error comes out, with target and tablet") {
  auto cache = three_replicas();
  cache.add(a_tablet(104, "0", topodata::REPLICA));
  query::StreamHealthResponse message;
  *message.mutable_target() = a_target(topodata::REPLICA);
  message.set_serving(true);
  cache.update(topo::TabletAlias("test", 104), message);
  const Sent sent = send(cache, topodata::REPLICA, Effect::read,
                         {not_serving(), not_serving(), not_serving()});
  CHECK(sent.calls.size() == 3);
  REQUIRE(sent.error);
  CHECK(sent.error->code() == Errc::failed_precondition);
  CHECK_THAT(sent.error->message(),
             Catch::Matchers::StartsWith("target: test_keyspace.0.replica, used tablet: test-10"));
  CHECK_THAT(sent.error->message(),
             Catch::Matchers::EndsWith("): operation not allowed in state NOT_SERVING"));
}

TEST_CASE("gateway: the primary is asked once, however its refusal looks") {
  const auto cache = tablets({a_tablet(100, "0", topodata::MASTER)});
  for (const Errc code : {Errc::unavailable, Errc::failed_precondition, Errc::read_only,
                          Errc::wrong_shard, Errc::outcome_unknown, Errc::sql}) {
    const Sent sent = send(cache, topodata::MASTER, Effect::write, {Error(code, "no")});
    CHECK(sent.calls == std::vector<std::string>{"QueryService.Execute 10.64.2.100:15002"});
    REQUIRE(sent.error);
    CHECK(sent.error->code() == code);
    CHECK(sent.error->message() ==
          "target: test_keyspace.0.master, used tablet: test-100 (10.64.2.100): no");
  }
}

TEST_CASE("gateway: an unknown outcome is only tried again for a read") {
  const Error lost(Errc::outcome_unknown, "connection lost");
  const Sent read = send(three_replicas(), topodata::REPLICA, Effect::read, {lost, std::nullopt});
  CHECK(read.calls.size() == 2);
  CHECK(send(three_replicas(), topodata::REPLICA, Effect::write, {lost}).error->code() ==
        Errc::outcome_unknown);
}

TEST_CASE("gateway: an error of the statement is not tried again") {
  const Sent sent = send(three_replicas(), topodata::REPLICA, Effect::read,
                         {Error(Errc::sql, "no such table", 1146)});
  CHECK(sent.calls.size() == 1);
  CHECK(sent.error->sql_errno() == 1146);
}

TEST_CASE("gateway: without a tablet there is no valid tablet") {
  const Sent sent = send(tablets({}), topodata::RDONLY, Effect::read, {});
  CHECK(sent.error->code() == Errc::unavailable);
  CHECK(sent.error->message() == "target: test_keyspace.0.rdonly: no valid tablet");
}

TEST_CASE("gateway: a primary without a health stream is not asked") {
  auto cache = tablets({a_tablet(100, "0", topodata::MASTER)});
  cache.set_broken(topo::TabletAlias("test", 100), "gone");
  const Sent sent = send(cache, topodata::MASTER, Effect::write, {});
  CHECK(sent.calls.empty());
  CHECK(sent.error->code() == Errc::unavailable);
}

TEST_CASE("gateway: replicas of other cells are not read from, the primary may be anywhere") {
  auto replica = a_tablet(101, "0", topodata::REPLICA);
  replica.mutable_alias()->set_cell("other");
  auto primary = a_tablet(100, "0", topodata::MASTER);
  primary.mutable_alias()->set_cell("other");
  const auto cache = tablets({replica, primary});
  CHECK(send(cache, topodata::REPLICA, Effect::read, {}).error->code() == Errc::unavailable);
  CHECK_FALSE(send(cache, topodata::MASTER, Effect::write, {std::nullopt}).error);
}

TEST_CASE("gateway: attempts share the time of the request") {
  const Sent sent = send(three_replicas(), topodata::REPLICA, Effect::read,
                         {not_serving(), not_serving(), not_serving()}, 6s);
  CHECK(sent.timeouts == std::vector<Duration>{10s, 4s});
  CHECK(sent.error->code() == Errc::failed_precondition);
}

}  // namespace
}  // namespace shardlab::vtgate
