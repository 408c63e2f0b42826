#include "sim/trace_reader.h"

#include <algorithm>
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <zstd.h>

#include "sim/trace.pb.h"

namespace shardlab::sim {
namespace {

constexpr std::uint32_t known_format = 1;
constexpr std::uint64_t most_raw = std::uint64_t{1} << 30;

EventField::Data data_of(const proto::TraceEvent::Field& field) {
  switch (field.value_case()) {
    case proto::TraceEvent::Field::kNumber: return field.number();
    case proto::TraceEvent::Field::kCount: return field.count();
    case proto::TraceEvent::Field::kFlag: return field.flag();
    default: return std::string_view(field.text());
  }
}

}  // namespace

struct TraceReader::State {
  TraceSource source;
  TraceHeader header;
  std::uint64_t events = 0;
  std::string run_digest;
  std::uint64_t index_offset = 0;
  std::vector<TraceChunk> chunks;

  std::size_t chunk = 0;  ///< the one that is loaded, or that comes next
  bool is_loaded = false;
  std::string raw;           ///< its events
  std::size_t position = 0;  ///< in raw
  std::vector<std::string> names;
  proto::TraceEvent message;
  std::vector<EventField> fields;
  RecordedEvent event{};
  bool is_pushed_back = false;  ///< `event` was read and is still to be given
};

TraceReader::TraceReader(TraceSource source, std::uint64_t file_size)
    : state_(std::make_unique<State>()) {
  state_->source = std::move(source);
  state_->index_offset = read_index_offset(state_->source, file_size);
  read_header();
  read_index(state_->index_offset);
}

TraceReader::~TraceReader() = default;

const TraceHeader& TraceReader::header() const { return state_->header; }
std::uint64_t TraceReader::events() const { return state_->events; }
const std::string& TraceReader::run_digest() const { return state_->run_digest; }
std::span<const TraceChunk> TraceReader::chunks() const { return state_->chunks; }

void TraceReader::read_header() {
  const ReadBlock block = read_block(state_->source, trace_file_begin.size(), TraceBlock::header);
  proto::TraceHeader in;
  if (!in.ParseFromString(block.content)) {
    throw Error(Errc::corrupt,
                fmt::format("damaged: no header at byte {}", trace_file_begin.size()));
  }
  if (in.format() != known_format) {
    throw Error(Errc::corrupt, fmt::format("recorded in format {}, this program knows {}",
                                           in.format(), known_format));
  }
  state_->header = TraceHeader{.scenario = in.scenario(),
                               .seed = in.seed(),
                               .schedule = in.schedule(),
                               .program = in.program(),
                               .start = from_ns(in.start_ns()),
                               .is_played = in.is_played()};
}

void TraceReader::read_index(std::uint64_t offset) {
  const ReadBlock block = read_block(state_->source, offset, TraceBlock::index);
  proto::TraceIndex in;
  if (!in.ParseFromString(block.content)) {
    throw Error(Errc::corrupt, fmt::format("damaged: no index at byte {}", offset));
  }
  state_->events = in.events();
  state_->run_digest = in.run_digest();
  for (const auto& chunk : in.chunks()) {
    state_->chunks.push_back({.first_number = chunk.first_number(),
                              .first_at = state_->header.start + Duration(chunk.first_at_ns()),
                              .offset = chunk.offset(),
                              .digest = chunk.digest()});
  }
}

void TraceReader::fail(std::string_view what) const {
  throw Error(Errc::corrupt, fmt::format("damaged: {} in the chunk at byte {}", what,
                                         state_->chunks[state_->chunk].offset));
}

void TraceReader::load(std::size_t chunk) {
  State& state = *state_;
  state.is_pushed_back = false;
  state.position = 0;
  state.names.clear();
  if (state.is_loaded && state.chunk == chunk) return;
  state.is_loaded = false;
  state.chunk = chunk;
  const std::string packed =
      read_block(state.source, state.chunks[chunk].offset, TraceBlock::chunk).content;
  const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > most_raw) {
    fail("no zstd frame of known size");
  }
  state.raw.resize(static_cast<std::size_t>(size));
  const std::size_t got =
      ZSTD_decompress(state.raw.data(), state.raw.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) || got != state.raw.size()) fail("no whole zstd frame");
  state.is_loaded = true;
}

const RecordedEvent* TraceReader::next() {
  State& state = *state_;
  if (std::exchange(state.is_pushed_back, false)) return &state.event;
  while (!state.is_loaded || state.position == state.raw.size()) {
    const std::size_t wanted = state.is_loaded ? state.chunk + 1 : state.chunk;
    if (wanted >= state.chunks.size()) return nullptr;
    load(wanted);
  }
  google::protobuf::io::CodedInputStream in(
      reinterpret_cast<const std::uint8_t*>(state.raw.data()) + state.position,
      static_cast<int>(state.raw.size() - state.position));
  std::uint32_t size = 0;
  if (!in.ReadVarint32(&size)) fail("no length of an event");
  const auto begin = state.position + static_cast<std::size_t>(in.CurrentPosition());
  if (size > state.raw.size() - begin) fail("an event longer than its chunk");
  proto::TraceEvent& message = state.message;
  if (!message.ParseFromArray(state.raw.data() + begin, static_cast<int>(size))) {
    fail("no protobuf event");
  }
  state.position = begin + size;
  for (const auto& name : message.new_names()) state.names.push_back(name);
  const auto name_of = [&](std::uint32_t number) -> std::string_view {
    if (number >= state.names.size()) fail("an unknown name");
    return state.names[number];
  };
  state.fields.clear();
  for (const auto& field : message.fields()) {
    state.fields.push_back({name_of(field.name()), data_of(field)});
  }
  state.event = RecordedEvent{{state.header.start + Duration(message.at_ns()), message.number(),
                               message.cause(), message.step(), name_of(message.host()),
                               name_of(message.process()), name_of(message.kind()), state.fields},
                              message.digest()};
  return &state.event;
}

void TraceReader::seek_number(std::uint64_t number) {
  const auto& chunks = state_->chunks;
  if (chunks.empty()) return;
  auto after = std::upper_bound(
      chunks.begin(), chunks.end(), number,
      [](std::uint64_t wanted, const TraceChunk& chunk) { return wanted < chunk.first_number; });
  if (after != chunks.begin()) --after;
  load(static_cast<std::size_t>(after - chunks.begin()));
  while (const RecordedEvent* event = next()) {
    state_->is_pushed_back = event->event.number >= number;
    if (state_->is_pushed_back) return;
  }
}

void TraceReader::seek_time(TimePoint at) {
  const auto& chunks = state_->chunks;
  if (chunks.empty()) return;
  // The first event at a time may be the last one of the chunk before the one that begins there.
  auto first = std::lower_bound(
      chunks.begin(), chunks.end(), at,
      [](const TraceChunk& chunk, TimePoint wanted) { return chunk.first_at < wanted; });
  if (first != chunks.begin()) --first;
  load(static_cast<std::size_t>(first - chunks.begin()));
  while (const RecordedEvent* event = next()) {
    state_->is_pushed_back = event->event.at >= at;
    if (state_->is_pushed_back) return;
  }
}

const RecordedEvent* TraceReader::find(std::uint64_t number) {
  seek_number(number);
  const RecordedEvent* event = next();
  return event && event->event.number == number ? event : nullptr;
}

std::optional<std::uint64_t> previous_of_process(TraceReader& reader, const TraceEvent& event) {
  const std::string host(event.host), process(event.process);
  const std::uint64_t number = event.number;
  const auto chunks = reader.chunks();
  std::uint64_t end = number;
  for (std::size_t i = chunks.size(); i-- > 0;) {
    if (chunks[i].first_number >= number) continue;
    std::optional<std::uint64_t> last;
    reader.seek_number(chunks[i].first_number);
    for (const RecordedEvent* e = reader.next(); e && e->event.number < end; e = reader.next()) {
      if (e->event.host == host && e->event.process == process) last = e->event.number;
    }
    if (last) return last;
    end = chunks[i].first_number;
  }
  return std::nullopt;
}

}  // namespace shardlab::sim
