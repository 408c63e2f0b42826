#include "sim/trace_file.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace shardlab::sim {
namespace {

/// A damaged size must not take all memory.
constexpr std::uint64_t most_content = std::uint64_t{1} << 30;

std::string little_endian(std::uint64_t value, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
  return out;
}

std::uint64_t number_from(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

std::uint64_t block_checksum(std::string_view kind_and_size, std::string_view content) {
  return XXH3_64bits_withSeed(content.data(), content.size(), number_from(kind_and_size));
}

std::string read_at(const TraceSource& source, std::uint64_t offset, std::uint64_t size) {
  constexpr std::uint64_t piece = 1 << 20;
  std::string bytes;
  while (bytes.size() < size) {
    const std::size_t had = bytes.size();
    const auto want = static_cast<std::size_t>(std::min(piece, size - had));
    bytes.resize(had + want);
    const std::size_t got = source(offset + had, bytes.data() + had, want);
    bytes.resize(had + got);
    if (got < want) break;
  }
  return bytes;
}

Error bad_place(std::string_view what, std::uint64_t offset) {
  return Error(Errc::corrupt, fmt::format("{} at byte {}", what, offset));
}

std::string_view name_of(TraceBlock kind) {
  switch (kind) {
    case TraceBlock::header: return "header";
    case TraceBlock::chunk: return "chunk";
    case TraceBlock::index: return "index";
  }
  return "block";
}

/// Offset behind the last whole block.
std::uint64_t end_of_whole_blocks(const TraceSource& source) {
  std::uint64_t offset = read_block(source, trace_file_begin.size(), TraceBlock::header).end;
  try {
    for (;;) offset = read_block(source, offset, TraceBlock::chunk).end;
  } catch (const Error&) {
    return offset;
  }
}

}  // namespace

std::string encode_block_head(TraceBlock kind, std::string_view content) {
  check(content.size() <= most_content, "a block of a trace has at most 1 GiB");
  const std::string head = static_cast<char>(kind) + little_endian(content.size(), 4);
  return head + little_endian(block_checksum(head, content), 8);
}

std::string encode_trailer(std::uint64_t index_offset) {
  return little_endian(index_offset, 8) + std::string(trace_file_end);
}

ReadBlock read_block(const TraceSource& source, std::uint64_t offset, TraceBlock kind) {
  const std::string head = read_at(source, offset, trace_block_head);
  if (head.size() < trace_block_head) throw bad_place("cut off", offset + head.size());
  const std::string_view view(head);
  const std::uint64_t size = number_from(view.substr(1, 4));
  if (head[0] != static_cast<char>(kind) || size > most_content) {
    throw bad_place(fmt::format("damaged: no {} begins", name_of(kind)), offset);
  }
  ReadBlock block;
  block.content = read_at(source, offset + trace_block_head, size);
  block.end = offset + trace_block_head + size;
  if (block.content.size() < size) {
    throw bad_place("cut off", offset + trace_block_head + block.content.size());
  }
  if (block_checksum(view.substr(0, 5), block.content) != number_from(view.substr(5, 8))) {
    throw bad_place(fmt::format("damaged: wrong checksum of the {}", name_of(kind)), offset);
  }
  return block;
}

std::uint64_t read_index_offset(const TraceSource& source, std::uint64_t file_size) {
  const std::string begin = read_at(source, 0, trace_file_begin.size());
  if (begin != trace_file_begin) {
    if (trace_file_begin.starts_with(begin)) throw bad_place("cut off", begin.size());
    throw Error(Errc::corrupt, "no recorded trace: it does not begin with SLTRACE1");
  }
  const std::uint64_t least = trace_file_begin.size() + trace_trailer;
  if (file_size >= least) {
    const std::string trailer = read_at(source, file_size - trace_trailer, trace_trailer);
    const std::uint64_t index = number_from(std::string_view(trailer).substr(0, 8));
    if (trailer.substr(8) == trace_file_end && index < file_size) return index;
  }
  const std::uint64_t whole = end_of_whole_blocks(source);
  throw Error(Errc::corrupt, fmt::format("cut off or damaged behind byte {} of {}: the index is "
                                         "missing at the end",
                                         whole, file_size));
}

}  // namespace shardlab::sim
