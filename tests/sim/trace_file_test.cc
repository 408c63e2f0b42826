#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <rapidcheck/catch.h>
#include <set>

#include "sim/trace_diff.h"
#include "sim/trace_perfetto.h"
#include "sim/trace_reader.h"
#include "sim/trace_writer.h"

namespace shardlab::sim {
namespace {

constexpr TimePoint start = from_ns(1'000'000);

TraceSource source_of(const std::string& bytes) {
  return [&bytes](std::uint64_t offset, char* to, std::size_t size) -> std::size_t {
    if (offset >= bytes.size()) return 0;
    const std::size_t got = std::min(size, bytes.size() - static_cast<std::size_t>(offset));
    std::memcpy(to, bytes.data() + offset, got);
    return got;
  };
}

/// A made-up run: what it does follows from its settings alone.
struct Made {
  std::uint64_t events = 0;
  std::uint64_t salt = 0;        ///< other names, payloads, times
  std::uint64_t odd_event = 0;   ///< this event has another payload
  std::uint64_t odd_step = 0;    ///< the step before this event belongs to another process
  std::uint64_t extra_step = 0;  ///< there is one more step before this event
  std::uint64_t lonely = 0;      ///< this event and the first are the only ones of their host
  std::uint64_t moved = 0;       ///< this event is one of server-0/client
  std::uint64_t seed = 1;
  std::string run_digest;
};

struct Recorded {
  std::string bytes;
  std::vector<std::string> lines;
};

Recorded record(const Made& made, bool with_lines = true) {
  Recorded recorded;
  Trace trace;
  TraceWriter writer([&](std::string_view part) { recorded.bytes += part; },
                     TraceHeader{"made", made.seed, "fifo", "0.1.0", start});
  trace.observe([&](const TraceEvent& event) {
    writer.write(event);
    if (with_lines) recorded.lines.push_back(to_json(event, start));
  });
  std::uint64_t steps = 0;
  std::uint64_t mix = made.salt;
  for (std::uint64_t i = 1; i <= made.events; ++i) {
    mix = mix * 6364136223846793005u + 1442695040888963407u;
    const TimePoint at = start + Duration(i / 3 * 1'000);
    trace.set_current_cause(i > 10 ? i - 1 - (mix >> 61) : 0);
    trace.step(at, steps++, i == made.odd_step ? 99 : 7);
    if (i == made.extra_step) trace.step(at, steps++, 7);
    const bool is_lonely = made.lonely != 0 && (i == 1 || i == made.lonely);
    const bool is_moved = i == made.moved;
    const std::uint64_t server = is_moved ? 0 : (mix >> 40) % 5;
    const std::string host = is_lonely ? "lonely" : fmt::format("server-{}", server);
    const bool is_daemon = !is_moved && (is_lonely || (mix >> 50) % 2);
    const std::string text = fmt::format("row {} \"quoted\"\n", mix >> 58);
    const std::array<EventField, 4> fields{
        {{"text", std::string_view(text)},
         {"number", static_cast<std::int64_t>(mix >> 33) * (i % 2 ? 1 : -1)},
         {"count", i == made.odd_event ? std::uint64_t{0} : mix},
         {"ok", i % 2 == 0}}};
    trace.record(at, host, is_daemon ? "daemon" : "client", i % 7 ? "Said" : "Heard",
                 std::span(fields).first(i % 5));
  }
  writer.finish(made.run_digest);
  return recorded;
}

std::vector<std::string> lines_from(TraceReader& reader) {
  std::vector<std::string> lines;
  while (const RecordedEvent* event = reader.next()) {
    lines.push_back(to_json(event->event, reader.header().start));
  }
  return lines;
}

std::vector<std::string> tail(const std::vector<std::string>& lines, std::size_t from) {
  return {lines.begin() + static_cast<std::ptrdiff_t>(std::min(from, lines.size())), lines.end()};
}

/// `"cut off at byte 20"`; empty when all can be read.
std::string complaint(const std::string& bytes, const std::vector<std::string>& lines) {
  try {
    TraceReader reader(source_of(bytes), bytes.size());
    return lines_from(reader) == lines ? "" : "WRONG CONTENT";
  } catch (const Error& error) {
    CHECK(error.code() == Errc::corrupt);
    return error.message();
  }
}

TraceDiff diff(const Made& a, const Made& b) {
  const Recorded in_a = record(a, false), in_b = record(b, false);
  TraceReader reader_a(source_of(in_a.bytes), in_a.bytes.size());
  TraceReader reader_b(source_of(in_b.bytes), in_b.bytes.size());
  return diff_traces(reader_a, reader_b, DiffOptions());
}

}  // namespace

TEST_CASE("Trace file: what is written is read, and a seek gives the tail of it", "[property]") {
  rc::prop("events, file, events", [] {
    const auto recorded = record({.events = *rc::gen::inRange<std::uint64_t>(0, 6'000),
                                  .salt = *rc::gen::arbitrary<std::uint64_t>()});
    const std::size_t size = recorded.lines.size();
    TraceReader reader(source_of(recorded.bytes), recorded.bytes.size());
    RC_ASSERT((reader.header() == TraceHeader{"made", 1, "fifo", "0.1.0", start}));
    RC_ASSERT(reader.events() == size);
    RC_ASSERT(lines_from(reader) == recorded.lines);
    const auto number = *rc::gen::inRange<std::uint64_t>(1, 7'000);
    reader.seek_number(number);
    RC_ASSERT(lines_from(reader) == tail(recorded.lines, number - 1));
    const auto at = *rc::gen::inRange<std::uint64_t>(0, 2'500);
    reader.seek_time(start + Duration(at * 1'000));
    RC_ASSERT(lines_from(reader) == tail(recorded.lines, at == 0 ? 0 : at * 3 - 1));
    RC_ASSERT((reader.find(number) != nullptr) == (number <= size));
  });
}

TEST_CASE("Trace file: a long one has several chunks, each begins where the index says") {
  const Recorded recorded = record({.events = 20'000});
  TraceReader reader(source_of(recorded.bytes), recorded.bytes.size());
  REQUIRE(reader.chunks().size() > 5);
  std::uint64_t digest = 0;
  for (const TraceChunk& chunk : reader.chunks()) {
    const RecordedEvent* first = reader.find(chunk.first_number);
    REQUIRE(first);
    CHECK(first->event.at == chunk.first_at);
    if (chunk.first_number > 1) digest = reader.find(chunk.first_number - 1)->digest;
    CHECK(chunk.digest == digest);
  }
}

TEST_CASE("Trace file: a cut one is told with the place") {
  const Recorded recorded = record({.events = 3'000});
  const std::string& good = recorded.bytes;
  REQUIRE(complaint(good, recorded.lines) == "");
  for (std::size_t size = 0; size < good.size(); size += size < 200 ? 1 : 97) {
    const std::string said = complaint(good.substr(0, size), recorded.lines);
    INFO("cut to " << size);
    CHECK(said.find(" byte ") != std::string::npos);
  }
  CHECK(complaint("not a trace at all", {}).find("SLTRACE1") != std::string::npos);
}

TEST_CASE("Trace file: a flipped bit anywhere is told") {
  const Recorded recorded = record({.events = 1'500});
  for (std::size_t i = 0; i < recorded.bytes.size(); i += i < 200 ? 1 : 41) {
    std::string bad = recorded.bytes;
    bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
    INFO("byte " << i);
    const std::string said = complaint(bad, recorded.lines);
    CHECK(said != "");
    CHECK(said != "WRONG CONTENT");
  }
  for (std::size_t i = recorded.bytes.size() - 60; i < recorded.bytes.size(); ++i) {
    std::string bad = recorded.bytes;
    bad[i] = static_cast<char>(~bad[i]);
    CHECK(complaint(bad, recorded.lines) != "");
  }
}

TEST_CASE("Trace diff: equal runs are equal, and only their headers may differ") {
  CHECK(!diff({.events = 5'000}, {.events = 5'000}).divergence);
  CHECK(!diff({}, {}).divergence);
  const TraceDiff found = diff({.events = 10}, {.events = 10, .seed = 2});
  CHECK(!found.divergence);
  REQUIRE(found.header.size() == 1);
  CHECK(found.header[0].name == "seed");
  CHECK(format_diff_text(found, "a", "b").ends_with("\nequal in all 10 events\n"));
}

TEST_CASE("Trace diff: finds the one event that differs, wherever it is", "[property]") {
  rc::prop("one odd event", [] {
    const auto events = *rc::gen::inRange<std::uint64_t>(4, 8'000);
    const auto odd = *rc::gen::inRange<std::uint64_t>(1, events) / 5 * 5 + 4;  // has all fields
    const auto found = diff({.events = events + 4}, {.events = events + 4, .odd_event = odd});
    RC_ASSERT(found.divergence.has_value());
    RC_ASSERT(found.divergence->number == odd);
    RC_ASSERT(found.divergence->values.size() == 1u);
    RC_ASSERT(found.divergence->values[0].name == "count");
    RC_ASSERT(found.divergence->values[0].b == "0");
  });
}

TEST_CASE("Trace diff: steps that differ between two events are located") {
  const TraceDiff other = diff({.events = 6'000}, {.events = 6'000, .odd_step = 4'321});
  REQUIRE(other.divergence);
  CHECK(other.divergence->number == 4'321);
  CHECK(other.divergence->values.empty());
  CHECK(format_diff_text(other, "a", "b").find("The events are equal; the scheduler's steps") !=
        std::string::npos);
  const TraceDiff more = diff({.events = 6'000}, {.events = 6'000, .extra_step = 4'321});
  REQUIRE(more.divergence);
  CHECK(more.divergence->number == 4'321);
  REQUIRE(more.divergence->values.size() == 1);
  CHECK(more.divergence->values[0].name == "steps before it");
}

TEST_CASE("Trace diff: behind a hidden difference the first event that shows it is told") {
  const TraceDiff found =
      diff({.events = 6'000, .odd_event = 5'004}, {.events = 6'000, .odd_step = 4'321});
  REQUIRE(found.divergence);
  CHECK(found.divergence->is_hidden);
  REQUIRE(found.shown);
  CHECK(found.shown->number == 5'004);
  CHECK(!found.shown->is_hidden);
  REQUIRE(found.shown->values.size() == 1);
  CHECK(found.shown->values[0].name == "count");
  CHECK(format_diff_text(found, "a", "b").find("\nfirst event that itself differs: event 5004\n") !=
        std::string::npos);
  const auto json = nlohmann::json::parse(format_diff_json(found));
  CHECK(json.at("hidden") == true);
  CHECK(json.at("shown").at("event") == 5'004);
  CHECK(!diff({.events = 6'000}, {.events = 6'000, .odd_step = 4'321}).shown);
}

TEST_CASE("Trace diff: steps behind the last event are told by the digest of the run") {
  const TraceDiff found =
      diff({.events = 2'000, .run_digest = "aa"}, {.events = 2'000, .run_digest = "ab"});
  CHECK(!found.divergence);
  CHECK(found.end_differs);
  CHECK(!found.is_equal());
  CHECK(format_diff_text(found, "a", "b")
            .ends_with(
                "\nequal in all 2000 events; the scheduler's steps behind the last one differ\n"));
  CHECK(nlohmann::json::parse(format_diff_json(found)).at("equal") == false);
  CHECK(diff({.events = 20, .run_digest = "aa"}, {.events = 20, .run_digest = "aa"}).is_equal());
}

TEST_CASE("Trace diff: a run that ends early differs there") {
  const TraceDiff found = diff({.events = 100}, {.events = 90});
  REQUIRE(found.divergence);
  CHECK(found.divergence->number == 91);
  CHECK(found.divergence->a.event);
  CHECK(!found.divergence->b.event);
}

TEST_CASE("Trace diff: shows the causes and the event of the same process before") {
  const TraceDiff found = diff({.events = 3'000}, {.events = 3'000, .odd_event = 2'004});
  REQUIRE(found.divergence);
  const Divergence& at = *found.divergence;
  REQUIRE(at.before.size() == 5);
  CHECK(at.before.back().number == 2'003);
  REQUIRE(at.a.causes.size() == 4);
  CHECK(at.a.causes[0].number == at.a.event->cause);
  CHECK(at.a.causes[1].number == at.a.causes[0].cause);
  REQUIRE(at.a.previous);
  const auto event = nlohmann::json::parse(at.a.event->json);
  const auto previous = nlohmann::json::parse(at.a.previous->json);
  CHECK(previous.at("host") == event.at("host"));
  CHECK(previous.at("process") == event.at("process"));
  CHECK(at.a.previous->number < 2'004);
  const auto json = nlohmann::json::parse(format_diff_json(found));
  CHECK(json.at("event") == 2'004);
  CHECK(json.at("b").at("event").at("count") == 0);
}

TEST_CASE("Trace diff: the event before is that of each run's own process") {
  const auto place = [](const std::string& line) {
    const auto event = nlohmann::json::parse(line);
    return event.at("host").get<std::string>() + "/" + event.at("process").get<std::string>();
  };
  const Recorded run = record({.events = 3'000});
  const auto last_of = [&](const std::string& process) {
    for (std::uint64_t number = 2'003; number > 0; --number) {
      if (place(run.lines[number - 1]) == process) return number;
    }
    return std::uint64_t{0};
  };
  const TraceDiff found = diff({.events = 3'000}, {.events = 3'000, .moved = 2'004});
  REQUIRE(found.divergence);
  const DiffSide &a = found.divergence->a, &b = found.divergence->b;
  REQUIRE((a.previous && b.previous));
  CHECK(place(b.event->json) == "server-0/client");
  CHECK(place(a.event->json) != "server-0/client");
  CHECK(a.previous->number == last_of(place(a.event->json)));
  CHECK(b.previous->number == last_of("server-0/client"));
  CHECK(a.previous->number != b.previous->number);
}

TEST_CASE("Trace: in Perfetto's view every event is a slice, every foreign cause an arrow") {
  const Recorded recorded = record({.events = 300});
  std::string out;
  PerfettoWriter writer([&](std::string_view part) { out += part; }, start);
  TraceReader reader(source_of(recorded.bytes), recorded.bytes.size());
  while (const RecordedEvent* event = reader.next()) writer.write(event->event);
  writer.finish();
  std::map<std::string, std::size_t> phases;
  std::set<int> hosts;
  std::map<std::uint64_t, double> begins;
  const auto json = nlohmann::json::parse(out);
  for (const auto& object : json.at("traceEvents")) {
    ++phases[object.at("ph")];
    hosts.insert(object.at("pid").get<int>());
    if (object.at("ph") == "s") begins[object.at("id")] = object.at("ts");
    if (object.at("ph") == "f") CHECK(begins.at(object.at("id")) <= object.at("ts"));
  }
  CHECK(phases["X"] == 300);
  CHECK(phases["s"] == phases["f"]);
  CHECK(phases["s"] > 100);
  CHECK(hosts.size() == 5);
  CHECK(phases["M"] == 5 + 10);
}

#ifdef __SANITIZE_ADDRESS__
constexpr int most_ms = 8'000;  // the sanitizer's time counts, too
#else
constexpr int most_ms = 2'000;
#endif

TEST_CASE("Trace diff: two traces of a million events take at most two seconds", "[long]") {
  struct Way {
    const char* name;
    Made a;
    Made b;
  };
  const std::uint64_t all = 1'000'000, last = 999'999;
  const Way ways[] = {
      {"the last event", {.events = all}, {.events = all, .odd_event = last}},
      // The search for the process's event before goes through all of a file.
      {"a lonely process",
       {.events = all, .lonely = last},
       {.events = all, .odd_event = last, .lonely = last}},
      {"hidden, shown late", {.events = all, .odd_event = 99'999}, {.events = all, .odd_step = 4}},
  };
  for (const Way& way : ways) {
    const Recorded a = record(way.a, false), b = record(way.b, false);
    const std::clock_t began = std::clock();
    TraceReader reader_a(source_of(a.bytes), a.bytes.size());
    TraceReader reader_b(source_of(b.bytes), b.bytes.size());
    const TraceDiff found = diff_traces(reader_a, reader_b, {.context = 10'000});
    const auto ms = (std::clock() - began) * 1'000 / CLOCKS_PER_SEC;
    INFO(way.name);
    REQUIRE(found.divergence);
    CHECK((found.shown ? found.shown->number : found.divergence->number) ==
          (way.b.odd_step == 0 ? last : 99'999));
    CHECK(ms < most_ms);
    WARN(fmt::format("{}: {} ms", way.name, ms));
  }
}

}  // namespace shardlab::sim
