#include "tools/sweep/progress.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

#include "scenarios/text/excerpt.h"

namespace shardlab::tools {
namespace {

using namespace std::chrono_literals;

bool can_rewrite_lines() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && terminal && std::string_view(terminal) != "dumb";
}

/// A line that is as wide as the terminal would begin another one.
std::string fitting(const std::string& line) {
  winsize size{};
  const bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  const int columns = is_known ? size.ws_col : 80;
  std::size_t end = 0;
  for (int used = 1; end < line.size(); ++used) {
    std::size_t next = end;
    scenarios::next_character(line, next);
    if (used == columns) break;
    end = next;
  }
  return line.substr(0, end);
}

}  // namespace

Progress::Progress()
    : is_terminal_(can_rewrite_lines()),
      next_(std::chrono::steady_clock::now() + (is_terminal_ ? 1s : 10s)) {}

Progress::~Progress() {
  if (has_line_) std::fputs("\r\033[K", stderr);
}

void Progress::tell(const std::function<std::string()>& line) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  if (is_terminal_) {
    next_ = now + 200ms;
    has_line_ = true;
    std::fprintf(stderr, "\r%s\033[K", fitting(line()).c_str());
    std::fflush(stderr);
  } else {
    next_ = now + 10s;
    std::fprintf(stderr, "%s\n", line().c_str());
  }
}

}  // namespace shardlab::tools
