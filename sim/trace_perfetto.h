#pragma once

#include <map>
#include <utility>
#include <vector>

#include "sim/trace_file.h"

namespace shardlab::sim {

/// Writes a trace in Chrome's trace-event format (JSON), which ui.perfetto.dev opens: a group for
/// each host, a track for each of its processes, an arrow where an event's cause lies in another
/// process. Remembers 16 bytes an event, to know where arrows begin.
class PerfettoWriter {
 public:
  PerfettoWriter(TraceSink sink, TimePoint start);
  void write(const TraceEvent& event);
  /// Ends the JSON.
  void finish();

 private:
  struct Place {
    std::int64_t at_ns;
    std::uint32_t host;
    std::uint32_t track;
  };
  Place place_of(const TraceEvent& event);
  void put(const std::string& object);
  void put_arrow(const TraceEvent& event, const Place& from, const Place& to);

  TraceSink sink_;
  TimePoint start_;
  bool is_first_ = true;
  std::map<std::string, std::uint32_t, std::less<>> hosts_;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> tracks_;
  std::uint64_t first_number_ = 0;
  std::vector<Place> places_;  ///< of the events from first_number_ on
};

}  // namespace shardlab::sim
