#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace shardlab::binlog {

/// A place in the binary log of a server that has no GTIDs: `"vt-bin.000031:4"`.
/// Source: Vitess go/mysql/filepos_gtid.go.
struct FilePosition {
  std::string file;
  std::uint64_t offset = 0;
  /// Files by their names as texts, then by offset.
  friend auto operator<=>(const FilePosition&, const FilePosition&) = default;
};

std::string to_string(const FilePosition& position);
/// Errors: invalid_argument `invalid FilePos GTID ...`.
Result<FilePosition> parse_file_position(std::string_view text);

}  // namespace shardlab::binlog
