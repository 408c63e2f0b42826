#pragma once

#include <memory>
#include <optional>
#include <span>

#include "sim/trace_file.h"

namespace shardlab::sim {

/// An event of a file. What it shows is valid until the reader reads on.
struct RecordedEvent {
  TraceEvent event;
  std::uint64_t digest;  ///< low half of the trace's, with this event
};

/// Reads what TraceWriter wrote; holds one chunk and the index.
///
/// All functions throw Error: corrupt, with the place, when the file is cut off or damaged.
class TraceReader {
 public:
  TraceReader(TraceSource source, std::uint64_t file_size);
  ~TraceReader();

  const TraceHeader& header() const;
  std::uint64_t events() const;
  /// `"19a79aafea3b7c9a"`; empty when the writer was not told.
  const std::string& run_digest() const;
  /// Where chunks begin, in the file's order.
  std::span<const TraceChunk> chunks() const;

  /// The next event; null behind the last one.
  const RecordedEvent* next();
  /// `next()` will be the first event with this number or a higher one.
  void seek_number(std::uint64_t number);
  /// `next()` will be the first event at this time or later.
  void seek_time(TimePoint at);
  /// The event with this number; null when there is none. `next()` will be the one after it.
  const RecordedEvent* find(std::uint64_t number);

 private:
  struct State;
  void read_header();
  void read_index(std::uint64_t offset);
  void load(std::size_t chunk);
  [[noreturn]] void fail(std::string_view what) const;

  std::unique_ptr<State> state_;
};

/// The last event of the same process before this one; nothing when it is the first.
std::optional<std::uint64_t> previous_of_process(TraceReader& reader, const TraceEvent& event);

}  // namespace shardlab::sim
