#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace shardlab::scenarios {

/// How many letters have to be changed, added, dropped or swapped with a neighbour: `"crush"` and
/// `"crash"`: 1.
int edit_distance(std::string_view one, std::string_view other);

/// The candidate a person probably meant, the first of the nearest; none when all are too far away.
std::optional<std::string> closest(std::string_view typed,
                                   std::span<const std::string_view> candidates);

/// The hint behind an unknown word: `did you mean "crash"?   kinds: crash restart partition`. Empty
/// when there is nothing to choose from.
std::string did_you_mean(std::string_view typed, std::string_view label,
                         std::span<const std::string_view> candidates);

}  // namespace shardlab::scenarios
