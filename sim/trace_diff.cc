#include "sim/trace_diff.h"

#include <algorithm>
#include <fmt/format.h>

#include "sim/trace_text.h"

namespace shardlab::sim {
namespace {

constexpr std::string_view nothing = "-";

std::vector<ValueDifference> header_differences(const TraceHeader& a, const TraceHeader& b) {
  std::vector<ValueDifference> found;
  const auto compare = [&](std::string name, const std::string& in_a, const std::string& in_b) {
    if (in_a != in_b) found.push_back({std::move(name), in_a, in_b});
  };
  compare("scenario", a.scenario, b.scenario);
  compare("seed", fmt::format("{}", a.seed), fmt::format("{}", b.seed));
  compare("schedule", a.schedule, b.schedule);
  compare("program", a.program, b.program);
  compare("start_ns", fmt::format("{}", to_ns(a.start)), fmt::format("{}", to_ns(b.start)));
  return found;
}

bool same_fields(std::span<const EventField> a, std::span<const EventField> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.data == y.data;
  });
}

bool is_same(const RecordedEvent& a, const RecordedEvent& b) {
  const TraceEvent &x = a.event, &y = b.event;
  return a.digest == b.digest && x.number == y.number && x.at == y.at && x.cause == y.cause &&
         x.step == y.step && x.host == y.host && x.process == y.process && x.kind == y.kind &&
         same_fields(x.fields, y.fields);
}

/// The second of two fields of one name is told apart by its place.
void compare_fields(std::span<const EventField> a, std::span<const EventField> b,
                    std::vector<ValueDifference>& found) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i < a.size() && i < b.size() && a[i].name == b[i].name) {
      if (a[i].data == b[i].data) continue;
      std::string in_a = text_value(a[i]), in_b = text_value(b[i]);
      if (a[i].data.index() != b[i].data.index()) {
        in_a += fmt::format(" (type {})", a[i].data.index());
        in_b += fmt::format(" (type {})", b[i].data.index());
      }
      found.push_back({std::string(a[i].name), in_a, in_b});
      continue;
    }
    if (i < a.size()) {
      found.push_back({std::string(a[i].name), text_value(a[i]), std::string(nothing)});
    }
    if (i < b.size()) {
      found.push_back({std::string(b[i].name), std::string(nothing), text_value(b[i])});
    }
  }
}

std::vector<ValueDifference> event_differences(const TraceEvent& a, TimePoint start_a,
                                               const TraceEvent& b, TimePoint start_b) {
  std::vector<ValueDifference> found;
  const auto compare = [&](std::string name, const std::string& in_a, const std::string& in_b) {
    if (in_a != in_b) found.push_back({std::move(name), in_a, in_b});
  };
  compare("t_ns", fmt::format("{}", (a.at - start_a).count()),
          fmt::format("{}", (b.at - start_b).count()));
  compare("host", std::string(a.host), std::string(b.host));
  compare("process", std::string(a.process), std::string(b.process));
  compare("kind", std::string(a.kind), std::string(b.kind));
  compare("cause", fmt::format("{}", a.cause), fmt::format("{}", b.cause));
  compare("steps before it", fmt::format("{}", a.step), fmt::format("{}", b.step));
  compare_fields(a.fields, b.fields, found);
  return found;
}

std::optional<KeptEvent> keep(TraceReader& reader, std::uint64_t number) {
  const RecordedEvent* found = reader.find(number);
  if (!found) return std::nullopt;
  return KeptEvent(found->event, reader.header().start);
}

DiffSide side_of(TraceReader& reader, std::uint64_t number, std::size_t causes) {
  DiffSide side;
  side.event = keep(reader, number);
  if (!side.event) return side;
  std::uint64_t cause = side.event->cause;
  while (cause != 0 && side.causes.size() < causes) {
    std::optional<KeptEvent> event = keep(reader, cause);
    if (!event) break;
    cause = event->cause < event->number ? event->cause : 0;
    side.causes.push_back(std::move(*event));
  }
  if (const RecordedEvent* event = reader.find(number)) {
    if (const auto previous = previous_of_process(reader, event->event)) {
      side.previous = keep(reader, *previous);
    }
  }
  return side;
}

/// Where the last chunk begins before which both are known to be equal.
std::uint64_t first_unequal_chunk(const TraceReader& a, const TraceReader& b) {
  std::size_t i = std::min(a.chunks().size(), b.chunks().size());
  while (i-- > 1) {
    const TraceChunk &x = a.chunks()[i], &y = b.chunks()[i];
    if (x.digest == y.digest && x.first_number == y.first_number) return x.first_number;
  }
  return 1;
}

Divergence describe(TraceReader& a, TraceReader& b, std::uint64_t number,
                    const DiffOptions& options) {
  Divergence found;
  found.number = number;
  const std::uint64_t first = number > options.context ? number - options.context : 1;
  for (std::uint64_t i = first; i < number; ++i) {
    if (auto event = keep(a, i)) found.before.push_back(std::move(*event));
  }
  found.a = side_of(a, number, options.causes);
  found.b = side_of(b, number, options.causes);
  const RecordedEvent* in_a = a.find(number);
  const RecordedEvent* in_b = b.find(number);
  if (in_a && in_b) {
    found.values = event_differences(in_a->event, a.header().start, in_b->event, b.header().start);
  }
  return found;
}

}  // namespace

KeptEvent::KeptEvent(const TraceEvent& event, TimePoint start)
    : number(event.number),
      cause(event.cause),
      text(to_text(event, start)),
      json(to_json(event, start)) {}

TraceDiff diff_traces(TraceReader& a, TraceReader& b, const DiffOptions& options) {
  TraceDiff diff{.header_a = a.header(),
                 .header_b = b.header(),
                 .events_a = a.events(),
                 .events_b = b.events(),
                 .header = header_differences(a.header(), b.header()),
                 .divergence = std::nullopt};
  const std::uint64_t start = first_unequal_chunk(a, b);
  a.seek_number(start);
  b.seek_number(start);
  for (;;) {
    const RecordedEvent* in_a = a.next();
    const RecordedEvent* in_b = b.next();
    if (!in_a && !in_b) return diff;
    if (in_a && in_b && is_same(*in_a, *in_b)) continue;
    const std::uint64_t number = std::min(in_a ? in_a->event.number : in_b->event.number,
                                          in_b ? in_b->event.number : in_a->event.number);
    diff.divergence = describe(a, b, number, options);
    return diff;
  }
}

}  // namespace shardlab::sim
