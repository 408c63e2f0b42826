#include "fakes/etcd/server.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "fakes/etcd/client.h"
#include "fakes/etcd/events.h"
#include "fakes/etcd/wire.h"
#include "tests/fakes/etcd/etcd_world.h"
#include "tests/fakes/etcd/requests.h"

namespace shardlab::fakes::etcd {
namespace {

using Names = std::vector<std::string>;

Client client_of(TestClient& client) { return Client(client.process, etcd_address, 10s); }

std::string watch_all_from(std::int64_t revision) {
  WatchRequest request;
  WatchCreateRequest& create = *request.mutable_create_request();
  create.set_key(no_end);
  create.set_range_end(no_end);
  create.set_start_revision(revision);
  return request.SerializeAsString();
}

WatchRequest watch_request(std::string key) {
  WatchRequest request;
  request.mutable_create_request()->set_key(std::move(key));
  return request;
}

/// What one reply of a watch says: `"created"`, `"a=1 b deleted"`, `"canceled at 5"`.
std::string text_of_reply(const WatchResponse& reply) {
  if (reply.created()) return "created";
  if (reply.canceled()) return "canceled at " + std::to_string(reply.compact_revision());
  std::string text;
  for (const Event& event : reply.events()) {
    text += (text.empty() ? "" : " ") + event.kv().key();
    text += event.type() == Event::DELETE ? " deleted" : "=" + event.kv().value();
  }
  return text;
}

/// Takes `count` replies of a watch of everything.
Task<> collect(EtcdWorld* world, std::int64_t from, int count, Names* seen) {
  auto stream =
      world->world.network().open(world->a.process, etcd_address, "Watch", watch_all_from(from));
  for (int i = 0; i < count; ++i) {
    auto message = co_await stream->next();
    seen->push_back(text_of_reply(decode<WatchResponse>(*message)));
  }
}

/// Locks, writes and unlocks while the server crashes and comes back.
std::string digest_of(std::uint64_t seed) {
  EtcdWorld world(seed);
  for (TestClient* client : {&world.a, &world.b}) spawn_locker(*client);
  world.run_for(20ms);
  world.etcd.crash();
  world.etcd.start();
  world.run_for(60s);
  return world.world.trace().digest();
}

}  // namespace

TEST_CASE("etcd server: a watch first says that it stands, then sends a revision at a time") {
  EtcdWorld world;
  Names seen;
  world.a.spawn([&]() -> Task<> { return collect(&world, 0, 3, &seen); });
  world.run_for(1s);
  world.b.spawn([&]() -> Task<> {
    auto client = client_of(world.b);
    auto lease = co_await client.lease_grant(10s);
    TxnRequest both;
    *both.add_success()->mutable_request_put() = put_of("a", "1", lease.id());
    *both.add_success()->mutable_request_put() = put_of("b", "1", lease.id());
    co_await client.txn(std::move(both));
    co_await client.lease_revoke(lease.id());
  });
  REQUIRE(world.run());
  REQUIRE(seen == Names{"created", "a=1 b=1", "a deleted b deleted"});
}

TEST_CASE("etcd server: a watch from an old revision starts with the history") {
  EtcdWorld world;
  Names seen;
  for (const char* value : {"1", "2", "3"}) world.store->put(put_of("a", value));
  world.a.spawn([&]() -> Task<> { return collect(&world, 3, 2, &seen); });
  REQUIRE(world.run());
  REQUIRE(seen == Names{"created", "a=2 a=3"});
}

TEST_CASE("etcd server: watches that are cancelled hear so, and nothing is compacted") {
  EtcdWorld world;
  Names seen;
  std::size_t cancelled = 0;
  world.a.spawn([&]() -> Task<> { return collect(&world, 0, 2, &seen); });
  world.b.spawn([&]() -> Task<> {
    co_await sleep_until(world.world.now() + 1s);
    cancelled = static_cast<EtcdServer*>(world.etcd.program())->watches().cancel_all();
  });
  REQUIRE(world.run());
  CHECK(cancelled == 1);
  REQUIRE(seen == Names{"created", "canceled at 0"});
}

TEST_CASE("etcd server: a watch of compacted history is cancelled") {
  EtcdWorld world;
  Names seen;
  for (const char* value : {"1", "2", "3"}) world.store->put(put_of("a", value));
  world.a.spawn([&]() -> Task<> {
    CompactionRequest compact;
    compact.set_revision(4);
    auto client = client_of(world.a);
    co_await client.compact(std::move(compact));
    co_await collect(&world, 3, 2, &seen);
  });
  REQUIRE(world.run());
  REQUIRE(seen == Names{"created", "canceled at 4"});
}

TEST_CASE("etcd server: an idle watch that wants notices is told the revision each ten minutes") {
  EtcdWorld world;
  Names told;
  world.a.spawn([&]() -> Task<> {
    WatchRequest request = watch_request("a");
    request.mutable_create_request()->set_progress_notify(true);
    auto watches = client_of(world.a).watches("notices");
    co_await watches.send(std::move(request));
    for (int i = 0; i < 4; ++i) {
      auto reply = co_await watches.next();
      const Duration after = world.world.now() - sim::World::start_time;
      told.push_back(fmt::format("{} events @{} after {} min", reply.events_size(),
                                 reply.header().revision(), after / 1min));
    }
  });
  world.b.spawn([&]() -> Task<> {
    auto client = client_of(world.b);
    co_await sleep_until(world.world.now() + 15min);
    co_await client.put(put_of("a", "1"));
  });
  REQUIRE(world.run());
  REQUIRE(told == Names{"0 events @1 after 0 min", "0 events @1 after 10 min",
                        "1 events @2 after 15 min", "0 events @2 after 30 min"});
}

TEST_CASE("etcd server: one stream carries several watches, and requests for them") {
  EtcdWorld world;
  Names told;
  world.a.spawn([&]() -> Task<> {
    auto client = client_of(world.a);
    auto watches = client.watches("several");
    co_await watches.send(watch_request("a"));
    co_await watches.send(watch_request("b"));
    WatchRequest cancel;
    cancel.mutable_cancel_request()->set_watch_id(0);
    co_await watches.send(std::move(cancel));
    co_await client.put(put_of("a", "1"));
    co_await client.put(put_of("b", "1"));
    for (int i = 0; i < 4; ++i) {
      auto reply = co_await watches.next();
      told.push_back(std::to_string(reply.watch_id()) + " " + text_of_reply(reply));
    }
  });
  REQUIRE(world.run());
  REQUIRE(told == Names{"0 created", "1 created", "0 canceled at 0", "1 b=1"});
}

TEST_CASE("etcd server: a lease ends at its time, rounded up to the next half second") {
  EtcdWorld world;
  Names told;
  world.world.trace().observe([&](const sim::TraceEvent& event) {
    if (event.kind == LeaseExpired::kind || event.flag("deleted")) {
      told.push_back(std::string(event.kind) + " " +
                     std::to_string((event.at - sim::World::start_time) / 1ms));
    }
  });
  LeaseGrantRequest grant;
  grant.set_ttl(60);
  world.store->lease_grant(grant, world.world.now());
  world.b.spawn([&]() -> Task<> {
    // While the server waits for the end of the first lease a shorter one comes.
    co_await sleep_until(world.world.now() + 1100ms);
    auto client = client_of(world.b);
    auto lease = co_await client.lease_grant(5s);
    co_await client.put(put_of("a", "1", lease.id()));
    co_await sleep_until(sim::World::start_time + 6300ms);
    co_await client.lease_grant(5s);
  });
  world.run_for(7s);
  REQUIRE(told == Names{"LeaseExpired 6500", "TopoWritten 6500"});
}

TEST_CASE("etcd server: a reply's header has the revision alone") {
  EtcdWorld world;
  std::string header;
  world.a.spawn([&]() -> Task<> {
    auto client = client_of(world.a);
    auto put = co_await client.put(put_of("a", "1"));
    header = put.header().ShortDebugString();
  });
  REQUIRE(world.run());
  CHECK(header == "revision: 2");
}

TEST_CASE("etcd server: a lease lives on by each keep-alive, and ends after the last one") {
  EtcdWorld world;
  std::vector<bool> kept;
  world.a.spawn([&]() -> Task<> {
    auto client = client_of(world.a);
    auto lease = co_await client.lease_grant(5s);
    for (int i = 0; i < 3; ++i) {
      co_await sleep_until(world.world.now() + 4s);
      bool is_kept = co_await client.lease_keep_alive(lease.id());
      kept.push_back(is_kept);
    }
    co_await sleep_until(world.world.now() + 6s);
    bool is_kept = co_await client.lease_keep_alive(lease.id());
    kept.push_back(is_kept);
  });
  REQUIRE(world.run());
  CHECK(kept == std::vector<bool>{true, true, true, false});
}

TEST_CASE("etcd server: every changed key is told to the trace") {
  EtcdWorld world;
  Names told;
  world.world.trace().observe([&](const sim::TraceEvent& event) {
    if (event.kind != TopoWritten::kind) return;
    told.push_back(std::string(event.text("path")) + "@" +
                   std::to_string(event.number_of("revision")) +
                   (event.flag("deleted") ? " deleted" : ""));
  });
  world.a.spawn([&]() -> Task<> {
    co_await world.a.topo->create("x", "1");
    co_await world.a.topo->remove("x", std::nullopt);
  });
  REQUIRE(world.run());
  REQUIRE(told == Names{"/vitess/test/x@2", "/vitess/test/x@3 deleted"});
}

TEST_CASE("etcd server: a watch whose client has gone ends") {
  EtcdWorld world;
  Names seen;
  world.a.spawn([&]() -> Task<> { return collect(&world, 0, 1, &seen); });
  REQUIRE(world.run());
  world.b.spawn([&]() -> Task<> {
    auto stream =
        world.world.network().open(world.b.process, etcd_address, "Watch", watch_all_from(0));
    co_await stream->next();
    co_await stream->next();
  });
  world.run_for(1s);
  REQUIRE(world.etcd.background().running() == 2);
  world.b.process.crash();
  world.run_for(1s);
  REQUIRE(world.etcd.background().running() == 1);
}

TEST_CASE("etcd server: a request that is too large, unknown or undecodable is refused") {
  EtcdWorld world;
  Names told;
  world.a.spawn([&]() -> Task<> {
    auto client = client_of(world.a);
    auto large = co_await capture(client.put(put_of("a", std::string(2 << 20, 'x'))));
    told.push_back(text_of(large));
    sim::Network& network = world.world.network();
    auto strange = co_await capture(network.call(world.a.process, etcd_address, "Fly", "", 1s));
    told.push_back(text_of(strange));
    auto broken = co_await capture(network.call(world.a.process, etcd_address, "Put", "\xff", 1s));
    told.push_back(text_of(broken));
  });
  REQUIRE(world.run());
  REQUIRE(told == Names{"invalid_argument: etcdserver: request is too large",
                        "unsupported: etcdserver: unknown method Fly",
                        "corrupt: undecodable shardlab.fakes.etcd.PutRequest"});
}

TEST_CASE("etcd server: one seed has one digest", "[determinism]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    REQUIRE(digest_of(seed) == digest_of(seed));
    REQUIRE(digest_of(seed) != digest_of(seed + 1));
  }
}

}  // namespace shardlab::fakes::etcd
