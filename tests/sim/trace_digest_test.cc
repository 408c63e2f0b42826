#include <array>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <vector>
#include <xxhash.h>

#include "sim/trace.h"

namespace shardlab::sim {
namespace {

/// All that a trace was told, in one piece.
class Bytes {
 public:
  void number(std::uint64_t value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void tag(int type) { bytes_ += static_cast<char>(type); }
  void text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
  }
  std::string digest() const {
    const XXH128_hash_t hash = XXH3_128bits(bytes_.data(), bytes_.size());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
  }

 private:
  std::string bytes_;
};

void tell(Trace& trace, Bytes& bytes, std::uint64_t number, const std::string& payload) {
  for (std::uint64_t step = 0; step < 300; ++step) {
    trace.step(from_ns(static_cast<std::int64_t>(step)), step, 7);
    for (std::uint64_t word : {step, step, std::uint64_t{7}}) bytes.number(word);
  }
  const std::array<EventField, 4> fields{{{"payload", std::string_view(payload)},
                                          {"gap", std::int64_t{-1}},
                                          {"size", number},
                                          {"ok", true}}};
  trace.record(from_ns(5), "server-1", "daemon", "Said", fields);
  bytes.number(5);
  bytes.number(number);
  bytes.number(fields.size());
  for (std::string_view text : {"server-1", "daemon", "Said", "payload"}) bytes.text(text);
  bytes.tag(3);
  bytes.text(payload);
  bytes.text("gap");
  bytes.tag(0);
  bytes.number(std::uint64_t(-1));
  bytes.text("size");
  bytes.tag(1);
  bytes.number(number);
  bytes.text("ok");
  bytes.tag(2);
  bytes.number(1);
}

TEST_CASE("Trace: the digest is the hash of all it was told, in pieces of any size") {
  Trace trace;
  Bytes bytes;
  std::uint64_t number = 0;
  for (std::size_t size : {0, 1, 1'000, 16'383, 16'384, 16'385, 100'000, 3}) {
    tell(trace, bytes, ++number, std::string(size, 'x'));
    CHECK(trace.digest() == bytes.digest());
  }
}

TEST_CASE(
    "Trace: an event's cause is the one before it in the same step, or what led to the step") {
  Trace trace;
  std::vector<std::uint64_t> causes, steps;
  trace.observe([&](const TraceEvent& event) {
    causes.push_back(event.cause);
    steps.push_back(event.step);
    CHECK(event.trace == &trace);
    CHECK(trace.current_cause() == event.number);
  });
  const auto say = [&] { trace.record(from_ns(1), "server-1", "daemon", "Said", {}); };
  say();
  say();
  trace.set_current_cause(1);
  trace.step(from_ns(2), 0, 1);
  trace.step(from_ns(2), 1, 1);
  say();
  say();
  CHECK(causes == std::vector<std::uint64_t>{0, 1, 1, 3});
  CHECK(steps == std::vector<std::uint64_t>{0, 0, 2, 2});
}

TEST_CASE("Trace: causes stay outside the digest") {
  Trace one, other;
  other.set_current_cause(7);
  for (Trace* trace : {&one, &other}) trace->record(from_ns(1), "a", "b", "Said", {});
  CHECK(one.digest() == other.digest());
  CHECK(one.digest().substr(16) == fmt::format("{:016x}", one.low_digest()));
}

TEST_CASE("Trace: without a digest events are still counted and observed") {
  Trace trace(Trace::Digest::off);
  int observed = 0;
  trace.observe([&](const TraceEvent&) { ++observed; });
  trace.step(from_ns(1), 1, 1);
  trace.record(from_ns(1), "server-1", "daemon", "Said", {});
  CHECK(trace.events() == 1);
  CHECK(observed == 1);
  CHECK(trace.digest() == "");
}

}  // namespace
}  // namespace shardlab::sim
