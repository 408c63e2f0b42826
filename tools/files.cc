#include "tools/files.h"

#include <filesystem>
#include <string_view>
#include <system_error>

namespace shardlab::tools {

std::string read_file(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) throw WrongUsage("cannot read " + path);
  std::string bytes;
  char part[1 << 16];
  while (const std::size_t got = std::fread(part, 1, sizeof part, file.get())) {
    bytes.append(part, got);
  }
  return bytes;
}

sim::TraceSink sink_of(const File& file) {
  return [out = file.get()](std::string_view bytes) {
    std::fwrite(bytes.data(), 1, bytes.size(), out);
  };
}

void close_written(File file, const std::string& path) {
  const bool has_failed = std::ferror(file.get()) != 0;
  if (std::fclose(file.release()) != 0 || has_failed) {
    throw WrongUsage("cannot write all of " + path + "; is the disk full?");
  }
}

std::string in_shell(const std::string& word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+,@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void check_printed() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw WrongUsage("cannot write all of the output; is the disk full?");
  }
}

sim::TraceSource OpenTrace::source() const {
  return [in = file.get()](std::uint64_t offset, char* to, std::size_t bytes) -> std::size_t {
    if (std::fseek(in, static_cast<long>(offset), SEEK_SET) != 0) return 0;
    return std::fread(to, 1, bytes, in);
  };
}

OpenTrace open_trace(const std::string& path) {
  OpenTrace trace{File(std::fopen(path.c_str(), "rb"))};
  if (!trace.file) throw WrongUsage("cannot read " + path);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored) ||
      std::fseek(trace.file.get(), 0, SEEK_END) != 0) {
    throw WrongUsage("cannot read " + path + ": a trace must be a file, not a pipe or a folder");
  }
  trace.size = static_cast<std::uint64_t>(std::ftell(trace.file.get()));
  return trace;
}

}  // namespace shardlab::tools
