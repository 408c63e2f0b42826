#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shardlab::scenarios {

/// Whether the pattern is the whole line; `...` stands for any text, also none:
/// `"messages: copy done, copied ... rows"`. Blanks at the ends and the log header that glog puts
/// in front
/// (`I0416 02:08:59.952805       9 instance.go:115] `) do not count as part of the line.
bool matches_line(std::string_view pattern, std::string_view line);

/// The first pattern that no line of the output matches, or none. Patterns may match in any order.
std::optional<std::string> missing_pattern(const std::vector<std::string>& patterns,
                                           std::string_view output);

}  // namespace shardlab::scenarios
