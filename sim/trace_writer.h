#pragma once

#include <memory>

#include "sim/trace_file.h"

namespace shardlab::sim {

/// Writes a trace event by event; holds one chunk (64 KiB of events) and the index.
class TraceWriter {
 public:
  TraceWriter(TraceSink sink, const TraceHeader& header);
  ~TraceWriter();

  /// For `Trace::observe`. Events come in order; those of a live trace bring its digest along.
  void write(const TraceEvent& event);
  /// The last chunk and the index. A file without it is told to be cut off.
  /// `run_digest` is what the run's report shows; it knows the steps behind the last event, too.
  void finish(std::string_view run_digest = {});

 private:
  struct State;
  void put_block(TraceBlock kind, std::string_view content);
  void begin_chunk(const TraceEvent& event);
  void end_chunk();
  std::uint32_t intern(std::string_view name);

  std::unique_ptr<State> state_;
};

}  // namespace shardlab::sim
