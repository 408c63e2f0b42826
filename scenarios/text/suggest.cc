#include "scenarios/text/suggest.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

namespace shardlab::scenarios {

int edit_distance(std::string_view one, std::string_view other) {
  const std::size_t width = other.size() + 1;
  std::vector<int> cost((one.size() + 1) * width);
  auto at = [&](std::size_t i, std::size_t j) -> int& { return cost[i * width + j]; };
  for (std::size_t i = 0; i <= one.size(); ++i) at(i, 0) = static_cast<int>(i);
  for (std::size_t j = 0; j < width; ++j) at(0, j) = static_cast<int>(j);
  for (std::size_t i = 1; i <= one.size(); ++i) {
    for (std::size_t j = 1; j < width; ++j) {
      const int replace = at(i - 1, j - 1) + (one[i - 1] == other[j - 1] ? 0 : 1);
      at(i, j) = std::min({replace, at(i - 1, j) + 1, at(i, j - 1) + 1});
      const bool swapped =
          i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
      if (swapped) at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  }
  return at(one.size(), other.size());
}

std::optional<std::string> closest(std::string_view typed,
                                   std::span<const std::string_view> candidates) {
  std::optional<std::string> best;
  int best_distance = std::max<int>(1, static_cast<int>(typed.size()) / 3) + 1;
  for (std::string_view candidate : candidates) {
    const int distance = edit_distance(typed, candidate);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = std::string(candidate);
  }
  return best;
}

std::string did_you_mean(std::string_view typed, std::string_view label,
                         std::span<const std::string_view> candidates) {
  if (candidates.empty()) return "";
  const auto list = fmt::format("{}: {}", label, fmt::join(candidates, " "));
  const auto near = closest(typed, candidates);
  return near ? fmt::format("did you mean \"{}\"?   {}", *near, list) : list;
}

}  // namespace shardlab::scenarios
