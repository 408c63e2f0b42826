#include "sim/trace_perfetto.h"

#include <fmt/format.h>

#include "sim/trace_text.h"

namespace shardlab::sim {
namespace {

/// Microseconds, as the format wants them, without floating point.
std::string microseconds(std::int64_t ns) { return fmt::format("{}.{:03}", ns / 1000, ns % 1000); }

std::string perfetto_metadata(std::string_view what, std::uint32_t pid, std::uint32_t tid,
                              std::string_view name) {
  return fmt::format(R"({{"ph":"M","name":"{}","pid":{},"tid":{},"args":{{"name":{}}}}})", what,
                     pid, tid, json_string(name));
}

std::string perfetto_arguments(const TraceEvent& event) {
  std::string out =
      fmt::format(R"({{"event":{},"cause":{},"step":{})", event.number, event.cause, event.step);
  for (const EventField& field : event.fields) {
    out += fmt::format(",{}:{}", json_string(field.name), json_value(field));
  }
  return out + "}";
}

}  // namespace

PerfettoWriter::PerfettoWriter(TraceSink sink, TimePoint start)
    : sink_(std::move(sink)), start_(start) {
  sink_("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
}

void PerfettoWriter::put(const std::string& object) {
  sink_(std::exchange(is_first_, false) ? object : ",\n" + object);
}

PerfettoWriter::Place PerfettoWriter::place_of(const TraceEvent& event) {
  auto host = hosts_.find(event.host);
  if (host == hosts_.end()) {
    const auto number = static_cast<std::uint32_t>(hosts_.size() + 1);
    host = hosts_.emplace(std::string(event.host), number).first;
    put(perfetto_metadata("process_name", number, 0, event.host.empty() ? "world" : event.host));
  }
  const auto [track, is_new] = tracks_.try_emplace({host->second, std::string(event.process)},
                                                   static_cast<std::uint32_t>(tracks_.size() + 1));
  if (is_new) put(perfetto_metadata("thread_name", host->second, track->second, event.process));
  return {(event.at - start_).count(), host->second, track->second};
}

void PerfettoWriter::put_arrow(const TraceEvent& event, const Place& from, const Place& to) {
  put(fmt::format(R"({{"ph":"s","name":"cause","cat":"cause","id":{},"ts":{},"pid":{},"tid":{}}})",
                  event.number, microseconds(from.at_ns), from.host, from.track));
  put(fmt::format(
      R"({{"ph":"f","bp":"e","name":"cause","cat":"cause","id":{},"ts":{},"pid":{},"tid":{}}})",
      event.number, microseconds(to.at_ns), to.host, to.track));
}

void PerfettoWriter::write(const TraceEvent& event) {
  const Place place = place_of(event);
  if (places_.empty()) first_number_ = event.number;
  places_.push_back(place);
  // Arrows end at slices only, so an instant is a slice of the shortest duration.
  put(fmt::format(R"({{"ph":"X","name":{},"ts":{},"dur":0.001,"pid":{},"tid":{},"args":{}}})",
                  json_string(event.kind), microseconds(place.at_ns), place.host, place.track,
                  perfetto_arguments(event)));
  if (event.cause < first_number_ || event.cause >= event.number) return;
  const Place from = places_[event.cause - first_number_];
  if (from.track != place.track) put_arrow(event, from, place);
}

void PerfettoWriter::finish() { sink_("\n]}\n"); }

}  // namespace shardlab::sim
