#include "fakes/guestbook/guestbook.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/core/vtgate/two_shards.h"

namespace shardlab::fakes::guestbook {
namespace {

using tests::ProcessPorts;
using tests::TwoShards;

/// The Guestbook's process, as the scenarios would start it.
struct App final : sim::Program {
  App(sim::Process& process, GuestbookOptions options, Ledger& ledger, App*& out)
      : ports(process), guestbook(process, ports.env(), std::move(options), ledger) {
    out = this;
  }
  Task<> run() override { return guestbook.run(); }
  ProcessPorts ports;
  Guestbook guestbook;
};

/// A Guestbook in front of two scripted shards; every read answers with one message.
struct Visited {
  explicit Visited(GuestbookOptions options = GuestbookOptions()) {
    options.vtgates = {tests::vtgate_address};
    for (tests::TabletScript* script : {&shards.left, &shards.right, &shards.replica}) {
      script->result.fields = {Field("message", Type::varchar),
                               Field("time_created_ns", Type::uint64)};
      script->result.rows = {Row{Value::of_text("hi"), Value::of_uint(7)}};
    }
    process = &shards.world.start("guestbook", "10.64.0.40", [=, this](sim::Process& process) {
      return std::make_unique<App>(process, options, ledger, app);
    });
    run_for(1s);
  }
  Guestbook& guestbook() { return app->guestbook; }
  void run_for(Duration duration) { shards.world.run_for(duration); }
  std::uint64_t post(std::uint64_t page, const std::string& message) {
    const std::uint64_t id = guestbook().post(page, message);
    run_for(11s);
    return id;
  }

  TwoShards shards;
  Ledger ledger;
  App* app = nullptr;
  sim::Process* process = nullptr;
};

TEST_CASE("guestbook: a push is a transaction on the primary, then a read from there") {
  Visited visited;
  const std::uint64_t id = visited.post(1, "hello");
  const Operation& push = visited.ledger.operation(id);
  CHECK(push.outcome == Outcome::acknowledged);
  CHECK(push.message.text == "hello");
  const std::string time = std::to_string(push.message.time_created_ns);
  CHECK(visited.shards.left.log ==
        std::vector<std::string>{
            "begin insert into messages(page, time_created_ns, message) values (1, " + time +
                ", 'hello') /* vtgate:: keyspace_id:166b40b44aba4bd6 */",
            "commit 1",
            "0 select message, time_created_ns from messages where page = 1 order by "
            "time_created_ns asc"});
  const Operation& read_back = visited.ledger.operation(id + 1);
  CHECK(read_back.after_write == id);
  CHECK(read_back.tablet_type == "master");
  CHECK(read_back.outcome == Outcome::ok);
  CHECK(read_back.rows == std::vector<Message>{Message("hi", 7)});
}

TEST_CASE(
    "guestbook: the ledger has the world's time, its messages that of a clock which is wrong") {
  Visited visited;
  auto ahead = visited.process->host().skew(5s);
  const TimePoint before = visited.process->world().now();
  const std::uint64_t id = visited.post(1, "hello");
  const Operation& push = visited.ledger.operation(id);
  CHECK(push.invoked_at == before);
  CHECK(push.ended_at > before);
  CHECK(push.ended_at < before + 1s);
  CHECK(push.message.time_created_ns == static_cast<std::uint64_t>(to_ns(before + 5s)));
}

TEST_CASE("guestbook: a list reads from a replica") {
  Visited visited;
  const std::uint64_t id = visited.guestbook().list(1);
  visited.run_for(1s);
  CHECK(visited.ledger.operation(id).outcome == Outcome::ok);
  CHECK(visited.shards.replica.log.size() == 1);
  CHECK(visited.shards.left.log.empty());
}

TEST_CASE("guestbook: a push that fails at the insert is refused and rolled back") {
  Visited visited;
  visited.shards.left.errors.push_back(Error(Errc::timed_out, "too slow"));
  const std::uint64_t id = visited.post(1, "hello");
  CHECK(visited.ledger.operation(id).outcome == Outcome::refused);
  CHECK_THAT(visited.ledger.operation(id).error, Catch::Matchers::EndsWith("too slow"));
  CHECK(visited.ledger.operations().size() == id);
}

TEST_CASE("guestbook: a push whose commit has no answer is unknown, one refused is refused") {
  for (const auto& [code, outcome] : {std::pair(Errc::outcome_unknown, Outcome::unknown),
                                      std::pair(Errc::read_only, Outcome::refused)}) {
    Visited visited;
    struct Fault {
      static Task<> run(Visited& visited, Errc code, std::uint64_t& id) {
        id = visited.guestbook().post(1, "hello");
        while (visited.shards.left.log.empty()) {
          co_await visited.app->ports.clock.sleep(10us);
        }
        visited.shards.left.errors.push_back(Error(code, "no"));
      }
    };
    std::uint64_t id = 0;
    visited.shards.world.run([&](ProcessPorts&) { return Fault::run(visited, code, id); });
    visited.run_for(11s);
    CHECK(visited.shards.left.log.at(1) == "commit 1");
    CHECK(visited.ledger.operation(id).outcome == outcome);
  }
}

TEST_CASE("guestbook: without a vtgate nothing is written and nothing read") {
  GuestbookOptions options;
  Visited visited(options);
  visited.shards.world.world.find_host("vtgate")->crash();
  const std::uint64_t push = visited.guestbook().post(1, "hello");
  const std::uint64_t list = visited.guestbook().list(1);
  visited.run_for(11s);
  CHECK(visited.ledger.operation(push).outcome == Outcome::refused);
  CHECK(visited.ledger.operation(list).outcome == Outcome::failed);
}

TEST_CASE("guestbook: visitors come at the given rate until the load is stopped") {
  Visited visited;
  Load load;
  load.rate_per_s = 20;
  load.writes_per_mille = 300;
  load.first_page = 1;
  load.pages = 1;
  visited.guestbook().start_load(load);
  visited.run_for(10s);
  visited.guestbook().stop_load();
  visited.run_for(10s);
  const LedgerSummary summary = visited.ledger.summary();
  const auto arrivals = std::ranges::count_if(
      visited.ledger.operations(), [](const Operation& o) { return o.after_write == 0; });
  CHECK(arrivals >= 199);
  CHECK(arrivals <= 200);
  CHECK(summary.writes_acknowledged > 30);
  CHECK(summary.writes_acknowledged < 90);
  CHECK(summary.reads_failed + summary.writes_refused + summary.writes_unknown == 0);
  CHECK(summary.pending == 0);
  CHECK(visited.guestbook().in_flight() == 0);
}

TEST_CASE("guestbook: the same seed gives the same digest") {
  const auto digest = [] {
    Visited visited;
    Load load;
    load.writes_per_mille = 500;
    visited.guestbook().start_load(load);
    visited.run_for(5s);
    return visited.shards.world.world.trace().digest();
  };
  CHECK(digest() == digest());
}

TEST_CASE("guestbook: an arrival beyond the requests in flight fails at once") {
  GuestbookOptions options;
  options.max_in_flight = 1;
  Visited visited(options);
  const std::uint64_t first = visited.guestbook().list(1);
  const std::uint64_t second = visited.guestbook().post(1, "hello");
  CHECK(visited.ledger.operation(first).outcome == Outcome::pending);
  CHECK(visited.ledger.operation(second).outcome == Outcome::refused);
}

TEST_CASE("guestbook: what a crash left open is settled when the app is back") {
  Visited visited;
  const std::uint64_t push = visited.guestbook().post(1, "hello");
  visited.process->crash();
  CHECK(visited.ledger.operation(push).outcome == Outcome::pending);
  visited.process->start();
  CHECK(visited.ledger.operation(push).outcome == Outcome::unknown);
  CHECK(visited.ledger.operation(visited.post(1, "again")).outcome == Outcome::acknowledged);
}

}  // namespace
}  // namespace shardlab::fakes::guestbook
