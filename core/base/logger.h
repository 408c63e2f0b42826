#pragma once

#include <string>
#include <string_view>

namespace shardlab {

/// Where an operation tells its operator what it does, line by line, while it runs.
/// Source: Vitess go/vt/logutil/logger.go.
class Logger {
 public:
  enum class Level { console, info, warning, error };
  virtual ~Logger() = default;
  /// `file`: the Vitess source file an operator knows the line from, `"split_diff.go"`.
  virtual void log(Level level, std::string_view file, int line, std::string text) = 0;

  void console(std::string text) { log(Level::console, "", 0, std::move(text)); }
  void info(std::string_view file, int line, std::string text) {
    log(Level::info, file, line, std::move(text));
  }
  void warning(std::string_view file, int line, std::string text) {
    log(Level::warning, file, line, std::move(text));
  }
  void error(std::string_view file, int line, std::string text) {
    log(Level::error, file, line, std::move(text));
  }
};

}  // namespace shardlab
