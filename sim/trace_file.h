#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/time.h"
#include "sim/trace.h"

/// A recorded trace (`.sltrace`): `"SLTRACE1"`, blocks, and at the end the offset of the index
/// (8 bytes) and `"SLTREND1"`. A block is its kind (one byte), the size of its content (4 bytes),
/// XXH3 over both and the content (8 bytes), the content; numbers are little-endian.
///
/// | block | content |
/// |---|---|
/// | `H`, first | protobuf TraceHeader |
/// | `C`, any number | zstd of events, each a length (varint) and a protobuf TraceEvent |
/// | `I`, last | protobuf TraceIndex: where each chunk begins, and the digest until there |
namespace shardlab::sim {

/// What was run.
struct TraceHeader {
  std::string scenario;
  std::uint64_t seed = 0;
  std::string schedule;    ///< `"pct:3"`
  std::string program;     ///< version
  TimePoint start;         ///< birth of the world
  bool is_played = false;  ///< choices came from a tape; the seed then counts for nothing

  friend bool operator==(const TraceHeader&, const TraceHeader&) = default;
};

/// Where a chunk begins.
struct TraceChunk {
  std::uint64_t first_number = 0;
  TimePoint first_at;
  std::uint64_t offset = 0;  ///< of its block in the file
  std::uint64_t digest = 0;  ///< of the event before it; 0 for the first

  friend bool operator==(const TraceChunk&, const TraceChunk&) = default;
};

/// Takes the bytes of a file, in order.
using TraceSink = std::function<void(std::string_view)>;
/// Reads up to `size` bytes at an offset, and says how many there were.
using TraceSource = std::function<std::size_t(std::uint64_t offset, char* to, std::size_t size)>;

// Framing.

inline constexpr std::string_view trace_file_begin = "SLTRACE1";
inline constexpr std::string_view trace_file_end = "SLTREND1";
inline constexpr std::size_t trace_block_head = 13;
inline constexpr std::size_t trace_trailer = 16;

enum class TraceBlock : char { header = 'H', chunk = 'C', index = 'I' };

std::string encode_block_head(TraceBlock kind, std::string_view content);
std::string encode_trailer(std::uint64_t index_offset);

/// A block as it was read.
struct ReadBlock {
  std::string content;
  std::uint64_t end = 0;  ///< offset behind it
};
/// Throws Error: corrupt, with the offset, when it is cut off, damaged or of another kind.
ReadBlock read_block(const TraceSource& source, std::uint64_t offset, TraceBlock kind);
/// The offset of the index. Throws Error: corrupt, with the offset and how much is whole before it,
/// when the file does not end as it must.
std::uint64_t read_index_offset(const TraceSource& source, std::uint64_t file_size);

}  // namespace shardlab::sim
