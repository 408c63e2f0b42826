#include "scenarios/checks/position_means_content.h"

#include <catch2/catch.hpp>

#include "core/proto/binlogdata.pb.h"
#include "tests/scenarios/checks/fake_world.h"

using namespace shardlab;
using namespace shardlab::scenarios;

namespace {

const std::string source = "test-0000000100", target = "test-0000000200";

// Pages 1, 2 and 3 belong to -80, page 4 to 80-.

Row message(std::uint64_t page, const std::string& text) {
  return {Value::of_uint(page), Value::of_uint(7), Value::of_text(text)};
}

RowChange written(std::uint64_t page, const std::string& text) {
  RowChange change;
  change.database = "vt_ks";
  change.table = "messages";
  change.after = message(page, text);
  return change;
}

RowChange deleted(std::uint64_t page, const std::string& text) {
  RowChange change = written(page, text);
  change.before = std::exchange(change.after, std::nullopt);
  return change;
}

/// The stream of the target stands at that transaction of shard 0.
RowChange stream_at(int sequence, const std::string& state = "Running") {
  binlogdata::BinlogSource from;
  from.set_keyspace("ks");
  from.set_shard("0");
  std::string hex;
  for (const char c : from.SerializeAsString()) {
    hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  RowChange change;
  change.database = "_vt";
  change.table = "vreplication";
  change.after =
      Row{Value::of_int(1), Value::of_text(hex),
          Value::of_text(fmt::format("MariaDB/0-100-{}", sequence)), Value::of_text(state)};
  return change;
}

/// Shard 0 with page 1, written by transaction 0-100-2, and an empty shard -80.
class Split {
 public:
  Split() {
    world.add_shard("0", 100).add_shard("-80", 200, {"0"});
    world.streams[target] = {};
    commit(source, {});
    commit(target, {});
    commit(source, {written(1, "hello")});
  }

  /// Gives the number of the transaction.
  int commit(const std::string& alias, std::vector<RowChange> changes) {
    auto& log = world.logs[alias];
    BinlogTransaction transaction;
    const auto sequence = static_cast<int>(log.size()) + 1;
    transaction.gtid = fmt::format("0-{}-{}", alias == source ? 100 : 200, sequence);
    transaction.changes = std::move(changes);
    log.push_back(transaction);
    show(check, "TransactionCommitted",
         {{"user", std::string_view("app")}, {"gtid", std::string_view(transaction.gtid)}}, alias,
         "mysqld");
    return sequence;
  }

  FakeWorld world;
  PositionMeansContent check{world};
};

}  // namespace

TEST_CASE("position-means-content: is silent while rows and position move together") {
  Split split;
  split.commit(target, {written(1, "hello")});
  split.commit(target, {stream_at(2)});
  split.commit(source, {written(2, "more")});
  split.commit(target, {written(2, "more"), stream_at(3)});
  split.commit(source, {written(4, "of the other half")});
  split.commit(target, {stream_at(4)});
  split.commit(source, {deleted(2, "more"), written(1, "changed")});
  split.commit(target, {deleted(2, "more"), written(1, "changed"), stream_at(5)});
  split.world.messages[target] = {MessageRow(1, 7, "changed")};
  split.check.command_ended(ended("SplitDiff"));
  split.check.at_end();
  CHECK(first_of(split.check) == "");
  CHECK(split.check.open_question() == "");
}

TEST_CASE("position-means-content: notices a row that the position claims and nobody wrote") {
  Split split;
  split.commit(target, {written(1, "hello")});
  split.commit(target, {stream_at(2)});
  split.commit(source, {written(2, "more")});
  split.commit(target, {stream_at(3)});
  CHECK(first_of(split.check) ==
        "1 message of test-0000000200 is not as ks/0 had it at transaction 3, where stream 1 "
        "stands, at a commit");
  REQUIRE(split.check.violations().size() == 1);
  CHECK(split.check.violations()[0].details ==
        std::vector<std::string>{"page 2 time 7: nothing, and \"more\" by the position"});
}

TEST_CASE("position-means-content: notices rows that come before their position") {
  Split split;
  split.commit(target, {written(1, "hello")});
  split.commit(target, {stream_at(2)});
  split.commit(source, {written(2, "more")});
  split.commit(target, {written(2, "more")});
  CHECK(split.check.violation_count() == 1);
  split.commit(target, {written(3, "never written"), stream_at(3)});
  split.check.at_end();
  CHECK(split.check.violation_count() == 1);  // of a stream the first difference is told
}

TEST_CASE("position-means-content: notices what a stream lacks from its first moment on") {
  Split split;
  split.commit(target, {stream_at(2)});
  CHECK(first_of(split.check).ends_with("where stream 1 stands, when it was created"));
}

TEST_CASE("position-means-content: notices a row of the other half, a wrong text and a lost one") {
  for (const RowChange& change :
       {written(3, "never written"), written(1, "other"), deleted(1, "hello")}) {
    Split split;
    split.commit(target, {written(1, "hello")});
    split.commit(target, {stream_at(2)});
    split.commit(source, {written(4, "of the other half")});
    split.commit(target, {change, stream_at(3)});
    CHECK(split.check.violation_count() == 1);
  }
}

TEST_CASE("position-means-content: notices a position that goes back or was never there") {
  for (const int position : {1, 9}) {
    Split split;
    split.commit(target, {written(1, "hello")});
    split.commit(target, {stream_at(2)});
    split.commit(target, {stream_at(position)});
    CHECK(split.check.violation_count() == 1);
  }
}

TEST_CASE("position-means-content: notices a table that differs from its log") {
  Split split;
  split.commit(target, {written(1, "hello")});
  split.commit(target, {stream_at(2)});
  split.world.messages[target] = {};
  split.check.at_end();
  CHECK(first_of(split.check).ends_with("where stream 1 stands, by its table"));
}

TEST_CASE("position-means-content: a stream that stands is judged when it is created and starts") {
  for (const bool starts : {false, true}) {
    Split split;
    split.commit(target, {written(1, "hello")});
    split.commit(target, {stream_at(2, "Stopped")});
    split.commit(target, {written(3, "a visitor's own")});
    split.check.at_end();
    CHECK(first_of(split.check) == "");
    if (starts) split.commit(target, {stream_at(2)});
    CHECK(split.check.violation_count() == (starts ? 1 : 0));
  }
}

TEST_CASE("position-means-content: asks an open question when a log does not go on") {
  Split split;
  split.commit(target, {written(1, "hello")});
  split.commit(target, {stream_at(2)});
  split.world.logs[source].assign(5, BinlogTransaction());  // of somebody else
  split.commit(source, {written(2, "more")});
  CHECK(split.check.open_question() ==
        "the log of test-0000000100 does not continue what was known of ks/0");
}

TEST_CASE(
    "position-means-content: a log that begins anew before there are streams is a beginning") {
  Split split;
  split.world.logs[source].assign(5, BinlogTransaction());  // of somebody else
  const int position = split.commit(source, {written(2, "more")});
  CHECK(split.check.open_question().empty());
  split.commit(source, {written(3, "later")});
  split.commit(target, {stream_at(position)});  // which lacks what was there by then
  CHECK(split.check.open_question().empty());
  CHECK(split.check.violation_count() == 0);
  split.commit(target, {stream_at(position + 1)});
  CHECK(first_of(split.check).find("not as ks/0 had it") != std::string::npos);
}

TEST_CASE("position-means-content: a stream that is deleted says nothing any more") {
  Split split;
  split.commit(target, {written(1, "hello")});
  split.commit(target, {stream_at(2)});
  RowChange gone = stream_at(2);
  gone.before = std::exchange(gone.after, std::nullopt);
  split.commit(target, {gone});
  split.commit(target, {written(3, "a visitor's own")});
  split.check.at_end();
  CHECK(first_of(split.check) == "");
}
