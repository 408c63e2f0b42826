#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/trace_file.h"
#include "tools/files.h"

namespace shardlab::tools {

enum class View {
  text,      ///< `.txt`: a line an event, for reading
  jsonl,     ///< `.jsonl`: a JSON object a line
  recorded,  ///< `.sltrace`: to convert, to compare
  perfetto,  ///< `.json`: for ui.perfetto.dev
};

/// By the file's extension. Throws WrongUsage, with those that are known.
View view_of_file(const std::string& path);
/// `"text"`, `"jsonl"`, `"perfetto"`; nothing for another name.
std::optional<View> view_of_name(const std::string& name);

/// Takes the events of a trace and writes them in one of the views.
class ViewWriter {
 public:
  virtual ~ViewWriter() = default;
  virtual void write(const sim::TraceEvent& event) = 0;
  /// `run_digest` is that of the report; empty when the run is not over.
  virtual void finish(std::string_view run_digest) = 0;
};
std::unique_ptr<ViewWriter> make_view(View view, sim::TraceSink sink,
                                      const sim::TraceHeader& header);

/// The file that `--trace` names; nothing is written without a name.
class TraceOutput {
 public:
  TraceOutput() = default;
  /// Throws WrongUsage when the file cannot be opened.
  TraceOutput(std::string path, const sim::TraceHeader& header);

  explicit operator bool() const { return view_ != nullptr; }
  void write(const sim::TraceEvent& event) { view_->write(event); }
  /// Closes the file. Throws WrongUsage when the disk did not take all of it.
  void finish(std::string_view run_digest);

 private:
  std::string path_;
  File file_;
  std::unique_ptr<ViewWriter> view_;
};

}  // namespace shardlab::tools
