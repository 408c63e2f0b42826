#include "sim/trace_writer.h"

#include <google/protobuf/io/coded_stream.h>
#include <map>
#include <zstd.h>

#include "sim/trace.pb.h"

namespace shardlab::sim {
namespace {

constexpr std::uint32_t file_format = 1;
constexpr std::size_t chunk_size = std::size_t{64} * 1024;
constexpr int chunk_zstd_level = 1;

struct WriteValue {
  proto::TraceEvent::Field& out;
  void operator()(std::int64_t v) const { out.set_number(v); }
  void operator()(std::uint64_t v) const { out.set_count(v); }
  void operator()(bool v) const { out.set_flag(v); }
  void operator()(std::string_view v) const { out.set_text(v.data(), v.size()); }
};

}  // namespace

struct TraceWriter::State {
  TraceSink sink;
  TimePoint start;
  std::uint64_t offset = 0;
  std::string raw;
  std::string packed;
  std::map<std::string, std::uint32_t, std::less<>> names;
  std::uint64_t digest = 0;  ///< with the last event; the trace itself may be gone before finish()
  proto::TraceEvent message;
  proto::TraceIndex index;
};

TraceWriter::TraceWriter(TraceSink sink, const TraceHeader& header)
    : state_(std::make_unique<State>()) {
  state_->sink = std::move(sink);
  state_->start = header.start;
  proto::TraceHeader out;
  out.set_format(file_format);
  out.set_scenario(header.scenario);
  out.set_seed(header.seed);
  out.set_is_played(header.is_played);
  out.set_schedule(header.schedule);
  out.set_program(header.program);
  out.set_start_ns(to_ns(header.start));
  state_->sink(trace_file_begin);
  state_->offset = trace_file_begin.size();
  put_block(TraceBlock::header, out.SerializeAsString());
}

TraceWriter::~TraceWriter() = default;

void TraceWriter::put_block(TraceBlock kind, std::string_view content) {
  const std::string head = encode_block_head(kind, content);
  state_->sink(head);
  state_->sink(content);
  state_->offset += head.size() + content.size();
}

std::uint32_t TraceWriter::intern(std::string_view name) {
  const auto found = state_->names.find(name);
  if (found != state_->names.end()) return found->second;
  const auto number = static_cast<std::uint32_t>(state_->names.size());
  state_->names.emplace(std::string(name), number);
  state_->message.add_new_names(name.data(), name.size());
  return number;
}

void TraceWriter::begin_chunk(const TraceEvent& event) {
  proto::TraceIndex::Chunk* chunk = state_->index.add_chunks();
  chunk->set_first_number(event.number);
  chunk->set_first_at_ns((event.at - state_->start).count());
  chunk->set_offset(state_->offset);
  chunk->set_digest(state_->digest);
}

void TraceWriter::write(const TraceEvent& event) {
  State& state = *state_;
  if (state.raw.empty()) begin_chunk(event);
  proto::TraceEvent& out = state.message;
  out.Clear();
  out.set_at_ns((event.at - state.start).count());
  out.set_number(event.number);
  out.set_cause(event.cause);
  out.set_step(event.step);
  out.set_host(intern(event.host));
  out.set_process(intern(event.process));
  out.set_kind(intern(event.kind));
  for (const EventField& field : event.fields) {
    proto::TraceEvent::Field* to = out.add_fields();
    to->set_name(intern(field.name));
    std::visit(WriteValue{*to}, field.data);
  }
  if (event.trace) state.digest = event.trace->low_digest();
  out.set_digest(state.digest);
  state.index.set_events(state.index.events() + 1);

  // By hand: SerializeDelimitedToZeroCopyStream clears a string's spare capacity for each message.
  const std::size_t size = out.ByteSizeLong();
  std::uint8_t length[10];
  const std::uint8_t* end =
      google::protobuf::io::CodedOutputStream::WriteVarint64ToArray(size, length);
  state.raw.append(reinterpret_cast<const char*>(length), static_cast<std::size_t>(end - length));
  out.AppendToString(&state.raw);
  if (state.raw.size() >= chunk_size) end_chunk();
}

void TraceWriter::end_chunk() {
  State& state = *state_;
  if (state.raw.empty()) return;
  state.packed.resize(ZSTD_compressBound(state.raw.size()));
  const std::size_t size = ZSTD_compress(state.packed.data(), state.packed.size(), state.raw.data(),
                                         state.raw.size(), chunk_zstd_level);
  check(!ZSTD_isError(size), "zstd has room for a whole chunk");
  put_block(TraceBlock::chunk, std::string_view(state.packed).substr(0, size));
  state.raw.clear();
  state.names.clear();
}

void TraceWriter::finish(std::string_view run_digest) {
  end_chunk();
  state_->index.set_digest(state_->digest);
  state_->index.set_run_digest(run_digest.data(), run_digest.size());
  const std::uint64_t offset = state_->offset;
  put_block(TraceBlock::index, state_->index.SerializeAsString());
  state_->sink(encode_trailer(offset));
}

}  // namespace shardlab::sim
