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
  const auto seed = [](const TraceHeader& header) {
    return header.is_played ? std::string("none: choices were played")
                            : fmt::format("{}", header.seed);
  };
  compare("seed", seed(a), seed(b));
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

/// But for what led to it.
bool looks_same(const TraceEvent& a, const TraceEvent& b) {
  return a.number == b.number && a.at == b.at && a.host == b.host && a.process == b.process &&
         a.kind == b.kind && same_fields(a.fields, b.fields);
}

bool is_same(const RecordedEvent& a, const RecordedEvent& b) {
  return a.digest == b.digest && a.event.cause == b.event.cause && a.event.step == b.event.step &&
         looks_same(a.event, b.event);
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

/// All but `previous`.
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
  return side;
}

void add_previous(DiffSide& side, TraceReader& reader, std::optional<std::uint64_t> number) {
  if (number) side.previous = keep(reader, *number);
}

/// The events before are common, so one search does for both when the process is the same.
void add_previous(Divergence& found, TraceReader& a, TraceReader& b) {
  const RecordedEvent* in_a = a.find(found.number);
  const RecordedEvent* in_b = b.find(found.number);
  const bool same_process = in_a && in_b && in_a->event.host == in_b->event.host &&
                            in_a->event.process == in_b->event.process;
  std::optional<std::uint64_t> number;
  if (in_a) number = previous_of_process(a, in_a->event);
  add_previous(found.a, a, number);
  if (!in_b) return;
  add_previous(found.b, b, same_process ? number : previous_of_process(b, in_b->event));
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
  a.seek_number(first);
  for (const RecordedEvent* e = a.next(); e && e->event.number < number; e = a.next()) {
    found.before.emplace_back(e->event, a.header().start);
  }
  found.a = side_of(a, number, options.causes);
  found.b = side_of(b, number, options.causes);
  const RecordedEvent* in_a = a.find(number);
  const RecordedEvent* in_b = b.find(number);
  if (in_a && in_b) {
    found.values = event_differences(in_a->event, a.header().start, in_b->event, b.header().start);
    found.is_hidden = looks_same(in_a->event, in_b->event);
  }
  add_previous(found, a, b);
  return found;
}

std::uint64_t lower_number(const RecordedEvent* a, const RecordedEvent* b) {
  if (!a || !b) return (a ? a : b)->event.number;
  return std::min(a->event.number, b->event.number);
}

/// The first event behind this one in which the runs look different.
std::optional<Divergence> find_shown(TraceReader& a, TraceReader& b, std::uint64_t number,
                                     const DiffOptions& options) {
  a.seek_number(number + 1);
  b.seek_number(number + 1);
  for (std::uint64_t i = 0; i < options.look_ahead; ++i) {
    const RecordedEvent* in_a = a.next();
    const RecordedEvent* in_b = b.next();
    if (!in_a && !in_b) return std::nullopt;
    if (in_a && in_b && looks_same(in_a->event, in_b->event)) continue;
    return describe(a, b, lower_number(in_a, in_b), options);
  }
  return std::nullopt;
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
                 .divergence = std::nullopt,
                 .shown = std::nullopt};
  const std::uint64_t start = first_unequal_chunk(a, b);
  a.seek_number(start);
  b.seek_number(start);
  for (;;) {
    const RecordedEvent* in_a = a.next();
    const RecordedEvent* in_b = b.next();
    if (!in_a && !in_b) {
      diff.end_differs = a.run_digest() != b.run_digest();
      return diff;
    }
    if (in_a && in_b && is_same(*in_a, *in_b)) continue;
    diff.divergence = describe(a, b, lower_number(in_a, in_b), options);
    if (diff.divergence->is_hidden) {
      diff.shown = find_shown(a, b, diff.divergence->number, options);
    }
    return diff;
  }
}

}  // namespace shardlab::sim
