#include "scenarios/expect/output_pattern.h"

#include <algorithm>

namespace shardlab::scenarios {

namespace {

constexpr std::string_view kAnything = "...";
constexpr std::string_view kBlanks = " \t\r";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

/// `I0416 02:08:59.952805       9 instance.go:115] rest`: severity, month and day, then anything to
/// the bracket.
std::string_view without_log_header(std::string_view line) {
  constexpr std::string_view severities = "IWEF";
  const auto bracket = line.find("] ");
  if (line.size() < 6 || bracket == std::string_view::npos) return line;
  const auto day = line.substr(1, 4);
  const bool header =
      severities.find(line[0]) != std::string_view::npos && line[5] == ' ' &&
      std::all_of(day.begin(), day.end(), [](char c) { return c >= '0' && c <= '9'; });
  return header ? line.substr(bracket + 2) : line;
}

std::vector<std::string_view> pieces_of(std::string_view pattern) {
  std::vector<std::string_view> pieces;
  for (auto at = pattern.find(kAnything); at != std::string_view::npos;
       at = pattern.find(kAnything)) {
    pieces.push_back(pattern.substr(0, at));
    pattern.remove_prefix(at + kAnything.size());
  }
  pieces.push_back(pattern);
  return pieces;
}

bool matches_text(const std::vector<std::string_view>& pieces, std::string_view text) {
  if (pieces.size() == 1) return pieces.front() == text;
  if (!text.starts_with(pieces.front())) return false;
  text.remove_prefix(pieces.front().size());
  if (!text.ends_with(pieces.back())) return false;
  text.remove_suffix(pieces.back().size());
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const auto at = text.find(pieces[i]);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + pieces[i].size());
  }
  return true;
}

}  // namespace

bool matches_line(std::string_view pattern, std::string_view line) {
  const auto pieces = pieces_of(trim(pattern));
  const auto whole = trim(line);
  return matches_text(pieces, whole) || matches_text(pieces, trim(without_log_header(whole)));
}

std::optional<std::string> missing_pattern(const std::vector<std::string>& patterns,
                                           std::string_view output) {
  for (const std::string& pattern : patterns) {
    bool found = false;
    for (std::size_t at = 0; at <= output.size() && !found;) {
      const auto end = std::min(output.find('\n', at), output.size());
      found = matches_line(pattern, output.substr(at, end - at));
      at = end + 1;
    }
    if (!found) return pattern;
  }
  return std::nullopt;
}

}  // namespace shardlab::scenarios
