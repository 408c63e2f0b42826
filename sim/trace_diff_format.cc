#include <fmt/format.h>

#include "sim/trace_diff.h"
#include "sim/trace_text.h"

namespace shardlab::sim {
namespace {

std::string run_line(char side, std::string_view file, const TraceHeader& header,
                     std::uint64_t events) {
  const std::string origin =
      header.is_played ? "choices played" : fmt::format("seed {}", header.seed);
  return fmt::format("{}  {}: {} · {} · schedule {} · {} events · shardlab {}\n", side, file,
                     header.scenario, origin, header.schedule, events, header.program);
}

void add_side(std::string& out, char name, const DiffSide& side) {
  if (!side.event) {
    out += fmt::format("\n{}  has ended\n", name);
    return;
  }
  out += fmt::format("\n{}  {}\n", name, side.event->text);
  for (const KeptEvent& cause : side.causes) out += "     caused by  " + cause.text + "\n";
  if (side.causes.empty()) out += "     caused by no event\n";
  if (side.previous) {
    out += "     the same process before  " + side.previous->text + "\n";
  } else {
    out += "     the first event of its process\n";
  }
}

void add_values(std::string& out, const Divergence& divergence) {
  if (!divergence.a.event || !divergence.b.event) return;
  if (divergence.values.empty()) {
    out +=
        "\nThe events are equal; the scheduler's steps before them are not: as many, but at "
        "other times or of other processes.\n";
    return;
  }
  out += "\ndiffers\n";
  for (const auto& value : divergence.values) {
    out += fmt::format("  {:<16} A {}   B {}\n", value.name, value.a, value.b);
  }
}

std::string values_json(const std::vector<ValueDifference>& values) {
  std::string out;
  for (const auto& value : values) {
    out += fmt::format(R"({}{{"name":{},"a":{},"b":{}}})", out.empty() ? "" : ",",
                       json_string(value.name), json_string(value.a), json_string(value.b));
  }
  return "[" + out + "]";
}

std::string events_json(const std::vector<KeptEvent>& events) {
  std::string out;
  for (const KeptEvent& event : events) out += (out.empty() ? "" : ",") + event.json;
  return "[" + out + "]";
}

std::string side_json(const DiffSide& side) {
  return fmt::format(R"({{"event":{},"causes":{},"previous_of_process":{}}})",
                     side.event ? side.event->json : "null", events_json(side.causes),
                     side.previous ? side.previous->json : "null");
}

std::string divergence_json(const Divergence& found) {
  return fmt::format(R"("event":{},"before":{},"a":{},"b":{},"differs":{},"hidden":{})",
                     found.number, events_json(found.before), side_json(found.a),
                     side_json(found.b), values_json(found.values), found.is_hidden);
}

std::string divergence_text(const Divergence& found) {
  std::string out;
  for (const KeptEvent& event : found.before) out += "   " + event.text + "\n";
  add_side(out, 'A', found.a);
  add_side(out, 'B', found.b);
  add_values(out, found);
  return out;
}

}  // namespace

std::string format_diff_text(const TraceDiff& diff, std::string_view a, std::string_view b) {
  std::string out = run_line('A', a, diff.header_a, diff.events_a) +
                    run_line('B', b, diff.header_b, diff.events_b);
  for (const auto& value : diff.header) {
    out += fmt::format("header: {} differs: A {}   B {}\n", value.name, value.a, value.b);
  }
  if (diff.end_differs) {
    return out + fmt::format(
                     "\nequal in all {} events; the scheduler's steps behind the last one "
                     "differ\n",
                     diff.events_a);
  }
  if (!diff.divergence) return out + fmt::format("\nequal in all {} events\n", diff.events_a);
  out += fmt::format("\nfirst difference: event {}\n", diff.divergence->number);
  out += divergence_text(*diff.divergence);
  if (diff.shown) {
    out += fmt::format("\nfirst event that itself differs: event {}\n", diff.shown->number);
    out += divergence_text(*diff.shown);
  }
  return out;
}

std::string format_diff_json(const TraceDiff& diff) {
  std::string out = fmt::format(
      R"({{"equal":{},"events_a":{},"events_b":{},"end_differs":{},"header":{})", diff.is_equal(),
      diff.events_a, diff.events_b, diff.end_differs, values_json(diff.header));
  if (diff.divergence) out += "," + divergence_json(*diff.divergence);
  if (diff.shown) out += ",\"shown\":{" + divergence_json(*diff.shown) + "}";
  return out + "}\n";
}

}  // namespace shardlab::sim
