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
  void finish(std::string_view) override {}

 private:
  Format format_;
  sim::TraceSink sink_;
  TimePoint start_;
};

class Recorded final : public ViewWriter {
 public:
  Recorded(sim::TraceSink sink, const sim::TraceHeader& header)
      : writer_(std::move(sink), header) {}
  void write(const sim::TraceEvent& event) override { writer_.write(event); }
  void finish(std::string_view run_digest) override { writer_.finish(run_digest); }

 private:
  sim::TraceWriter writer_;
};

class Perfetto final : public ViewWriter {
 public:
  Perfetto(sim::TraceSink sink, TimePoint start) : writer_(std::move(sink), start) {}
  void write(const sim::TraceEvent& event) override { writer_.write(event); }
  void finish(std::string_view) override { writer_.finish(); }

 private:
  sim::PerfettoWriter writer_;
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
    case View::text: {
      constexpr Lines::Format text = sim::to_text;
      return std::make_unique<Lines>(text, std::move(sink), header.start);
    }
    case View::jsonl: return std::make_unique<Lines>(sim::to_json, std::move(sink), header.start);
    case View::recorded: return std::make_unique<Recorded>(std::move(sink), header);
    case View::perfetto: return std::make_unique<Perfetto>(std::move(sink), header.start);
  }
  throw std::logic_error("no such view");
}

TraceOutput::TraceOutput(std::string path, const sim::TraceHeader& header)
    : path_(std::move(path)) {
  const View view = view_of_file(path_);
  file_.reset(std::fopen(path_.c_str(), "wb"));
  if (!file_) throw WrongUsage("cannot write " + path_ + "; choose another file for --trace");
  view_ = make_view(view, sink_of(file_), header);
}

void TraceOutput::finish(std::string_view run_digest) {
  if (!view_) return;
  view_->finish(run_digest);
  close_written(std::move(file_), path_);
}

}  // namespace shardlab::tools
