#include "tools/trace_view.h"

#include "sim/trace_perfetto.h"
#include "sim/trace_writer.h"
#include "tools/files.h"

namespace shardlab::tools {
namespace {

class Lines final : public ViewWriter {
 public:
  using Format = std::string (*)(const sim::TraceEvent&, TimePoint);
  Lines(Format format, sim::TraceSink sink, TimePoint start)
      : format_(format), sink_(std::move(sink)), start_(start) {}
  void write(const sim::TraceEvent& event) override { sink_(format_(event, start_) + "\n"); }
  void finish() override {}

 private:
  Format format_;
  sim::TraceSink sink_;
  TimePoint start_;
};

/// TraceWriter and PerfettoWriter have the shape already.
template <class Writer>
class Shaped final : public ViewWriter {
 public:
  template <class What>
  Shaped(sim::TraceSink sink, const What& what) : writer_(std::move(sink), what) {}
  void write(const sim::TraceEvent& event) override { writer_.write(event); }
  void finish() override { writer_.finish(); }

 private:
  Writer writer_;
};

}  // namespace

View view_of_file(const std::string& path) {
  if (path.ends_with(".txt")) return View::text;
  if (path.ends_with(".jsonl")) return View::jsonl;
  if (path.ends_with(".sltrace")) return View::recorded;
  if (path.ends_with(".json")) return View::perfetto;
  throw WrongUsage("cannot tell from the name " + path +
                   " what to write; known are .txt (lines to read), .jsonl (JSON lines), .sltrace "
                   "(for shardlab trace and diff), .json (for ui.perfetto.dev)");
}

std::optional<View> view_of_name(const std::string& name) {
  if (name == "text") return View::text;
  if (name == "jsonl") return View::jsonl;
  if (name == "perfetto") return View::perfetto;
  return std::nullopt;
}

std::unique_ptr<ViewWriter> make_view(View view, sim::TraceSink sink,
                                      const sim::TraceHeader& header) {
  switch (view) {
    case View::text: return std::make_unique<Lines>(sim::to_text, std::move(sink), header.start);
    case View::jsonl: return std::make_unique<Lines>(sim::to_json, std::move(sink), header.start);
    case View::recorded: return std::make_unique<Shaped<sim::TraceWriter>>(std::move(sink), header);
    case View::perfetto:
      return std::make_unique<Shaped<sim::PerfettoWriter>>(std::move(sink), header.start);
  }
  throw std::logic_error("no such view");
}

}  // namespace shardlab::tools
