#pragma once

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

#include "sim/trace_file.h"

namespace shardlab::tools {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// What the person who typed the command can mend.
struct WrongUsage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The whole file. Throws WrongUsage.
std::string read_file(const std::string& path);

/// Writes into the file, to which it refers. Never throws: it is called in the middle of a world,
/// which would take the exception for a failure of its own. `close_written` tells.
sim::TraceSink sink_of(const File& file);
/// Throws WrongUsage when the disk did not take all of it.
void close_written(File file, const std::string& path);
/// As one word of a shell: whatever a shell would take apart is put in quotes.
std::string in_shell(const std::string& word);
/// To standard output.
void print(const std::string& text);
/// Throws WrongUsage when standard output did not take all that was printed.
void check_printed();

/// A file that is read in places.
struct OpenTrace {
  File file;
  std::uint64_t size = 0;
  sim::TraceSource source() const;
};
/// Throws WrongUsage.
OpenTrace open_trace(const std::string& path);

}  // namespace shardlab::tools
