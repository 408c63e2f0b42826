#include "tests/runs/golden_file.h"

#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace shardlab::runs {
namespace {

constexpr std::string_view end_of_text = "(the end)";

/// Takes the first line off `text`.
std::string_view take_line(std::string_view& text) {
  if (text.empty()) return end_of_text;
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

bool is_accepting() {
  const char* accept = std::getenv("SHARDLAB_ACCEPT");
  return accept && std::string_view(accept) == "1";
}

}  // namespace

std::string content_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string first_difference(const std::string& golden, const std::string& now) {
  if (golden == now) return "";
  std::string_view rest_of_golden = golden, rest_of_now = now;
  for (int line = 1; !rest_of_golden.empty() || !rest_of_now.empty(); ++line) {
    const std::string_view expected = take_line(rest_of_golden);
    const std::string_view actual = take_line(rest_of_now);
    if (expected != actual) {
      return fmt::format("line {}\n  golden: {}\n  now:    {}\n", line, expected, actual);
    }
  }
  return "only the newline at the end differs\n";
}

std::string difference_to_golden(const std::string& name, const std::string& text) {
  const std::string path = SHARDLAB_SOURCE_DIR "/tests/runs/golden/" + name;
  if (is_accepting()) {
    std::ofstream out(path, std::ios::binary);
    if (!(out << text).flush()) throw std::runtime_error("cannot write " + path);
    return "";
  }
  const std::string difference = first_difference(content_of_file(path), text);
  if (difference.empty()) return "";
  return fmt::format(
      "{} differs in {}Accept it, if you can explain it: "
      "SHARDLAB_ACCEPT=1 ctest --test-dir build/release -L 'transcript|determinism'\n",
      name, difference);
}

}  // namespace shardlab::runs
