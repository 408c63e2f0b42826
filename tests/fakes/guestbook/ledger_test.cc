#include "fakes/guestbook/ledger.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <set>

namespace shardlab::fakes::guestbook {
namespace {

TimePoint at(std::int64_t ms) { return from_ns(ms * 1'000'000); }

Operation a_write(std::int64_t ms, std::uint64_t page = 5) {
  Operation operation;
  operation.client = "guestbook-1";
  operation.kind = OperationKind::insert;
  operation.page = page;
  operation.invoked_at = at(ms);
  return operation;
}

Operation a_read(std::int64_t ms) {
  Operation operation = a_write(ms);
  operation.kind = OperationKind::read;
  return operation;
}

TEST_CASE("ledger: operations are numbered from 1 and remember their answer") {
  Ledger ledger;
  CHECK(ledger.invoke(a_read(0)) == 1);
  CHECK(ledger.invoke(a_read(0)) == 2);
  ledger.end(1, Outcome::ok, at(3), "", {Message("hello", 7)});
  CHECK(ledger.operation(1).outcome == Outcome::ok);
  CHECK(ledger.operation(1).ended_at == at(3));
  CHECK(ledger.operation(1).rows == std::vector<Message>{Message("hello", 7)});
  CHECK(ledger.operation(2).outcome == Outcome::pending);
}

TEST_CASE("ledger: an operation ends once") {
  Ledger ledger;
  ledger.invoke(a_write(0));
  ledger.end(1, Outcome::acknowledged, at(1));
  CHECK_THROWS_AS(ledger.end(1, Outcome::refused, at(2)), BugError);
}

TEST_CASE("ledger: drawn texts are unique, also among several clients") {
  Ledger ledger;
  std::set<std::string> texts;
  for (int i = 0; i < 20; ++i) {
    Operation operation = a_write(i);
    operation.client = i % 2 ? "a" : "b";
    texts.insert(ledger.operation(ledger.invoke_hello(operation)).message.text);
  }
  CHECK(texts.size() == 20);
  CHECK(texts.contains("hello-0001"));
}

TEST_CASE("ledger: no page has two messages of one time") {
  rc::prop("unique", [](const std::vector<std::uint8_t>& draws) {
    Ledger ledger;
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
    for (const std::uint8_t draw : draws) {
      const std::uint64_t page = draw % 2;
      RC_ASSERT(seen.emplace(page, ledger.unique_time(page, from_ns(draw / 64))).second);
    }
  });
  Ledger ledger;
  CHECK(ledger.unique_time(1, from_ns(100)) == 100);
  CHECK(ledger.unique_time(2, from_ns(100)) == 100);
  CHECK(ledger.unique_time(1, from_ns(100)) == 101);
}

TEST_CASE("ledger: a restarted client's open writes are unknown, its open reads failed") {
  Ledger ledger;
  ledger.invoke(a_write(0));
  ledger.invoke(a_read(0));
  Operation other = a_write(0);
  other.client = "guestbook-2";
  ledger.invoke(other);
  ledger.abandon("guestbook-1", at(9));
  CHECK(ledger.operation(1).outcome == Outcome::unknown);
  CHECK(ledger.operation(2).outcome == Outcome::failed);
  CHECK(ledger.operation(3).outcome == Outcome::pending);
}

TEST_CASE("ledger: a write that failed before COMMIT was sent is refused, whatever the error") {
  for (int code = 0; code <= static_cast<int>(Errc::corrupt); ++code) {
    CHECK(classify_write(Error(static_cast<Errc>(code), ""), false) == Outcome::refused);
  }
}

TEST_CASE("ledger: a write that failed at COMMIT is refused only if that is certain") {
  for (const Errc code : {Errc::unavailable, Errc::failed_precondition, Errc::read_only,
                          Errc::wrong_shard, Errc::not_found}) {
    CHECK(classify_write(Error(code, ""), true) == Outcome::refused);
  }
  for (const Errc code : {Errc::timed_out, Errc::outcome_unknown, Errc::corrupt, Errc::sql}) {
    CHECK(classify_write(Error(code, ""), true) == Outcome::unknown);
  }
  CHECK(classify_write(Error(Errc::sql, "", 1213), true) == Outcome::refused);
}

TEST_CASE("ledger: a summary counts what was invoked in its span") {
  Ledger ledger;
  ledger.end(ledger.invoke(a_write(0)), Outcome::acknowledged, at(5));
  ledger.end(ledger.invoke(a_write(10)), Outcome::refused, at(11));
  ledger.end(ledger.invoke(a_write(20)), Outcome::unknown, at(29));
  ledger.end(ledger.invoke(a_read(30)), Outcome::ok, at(31));
  ledger.end(ledger.invoke(a_read(40)), Outcome::failed, at(43));
  ledger.invoke(a_read(50));
  const LedgerSummary all = ledger.summary();
  CHECK(all.writes_acknowledged == 1);
  CHECK(all.writes_refused == 1);
  CHECK(all.writes_unknown == 1);
  CHECK(all.reads_ok == 1);
  CHECK(all.reads_failed == 1);
  CHECK(all.pending == 1);
  CHECK(all.p50 == 3ms);
  CHECK(all.p99 == 9ms);
  const LedgerSummary part = ledger.summary(at(10), at(30));
  CHECK(part.writes_acknowledged == 0);
  CHECK(part.writes_refused == 1);
  CHECK(part.reads_ok == 0);
}

TEST_CASE("ledger: the write gap runs from one acknowledgement to the next") {
  Ledger ledger;
  CHECK(ledger.summary().longest_write_gap == 0ms);
  ledger.end(ledger.invoke(a_write(0)), Outcome::acknowledged, at(2));
  ledger.end(ledger.invoke(a_write(10)), Outcome::refused, at(11));
  ledger.end(ledger.invoke(a_write(20)), Outcome::acknowledged, at(22));
  ledger.end(ledger.invoke(a_write(30)), Outcome::acknowledged, at(31));
  CHECK(ledger.summary().longest_write_gap == 20ms);
  ledger.end(ledger.invoke(a_write(40)), Outcome::refused, at(90));
  CHECK(ledger.summary().longest_write_gap == 59ms);
}

}  // namespace
}  // namespace shardlab::fakes::guestbook
