#pragma once

#include <string>

namespace shardlab::runs {

/// What is known to be right, in `tests/runs/golden`. Gives nothing when `text` equals the file
/// byte for byte; else the first line that differs and how to accept the new text.
///
/// With SHARDLAB_ACCEPT=1 in the environment the file is written instead.
std::string difference_to_golden(const std::string& name, const std::string& text);

/// `"line 3\n  golden: b\n  now:    c\n"`: where two texts part; nothing when they are equal.
std::string first_difference(const std::string& golden, const std::string& now);

/// The whole file. Throws std::runtime_error when it cannot be read.
std::string content_of_file(const std::string& path);

}  // namespace shardlab::runs
