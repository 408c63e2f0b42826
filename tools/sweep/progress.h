#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace shardlab::tools {

/// What a long command says on standard error while it works: on a terminal one line that is
/// written anew and gone in the end, elsewhere a line every ten seconds.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// To be called often; `line` is asked only when it is time to say something.
  void tell(const std::function<std::string()>& line);

 private:
  bool is_terminal_;
  bool has_line_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace shardlab::tools
