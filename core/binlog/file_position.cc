#include "core/binlog/file_position.h"

#include <charconv>
#include <fmt/format.h>

#include "core/key/hex.h"

namespace shardlab::binlog {
namespace {

Error not_a_place(std::string_view text, std::string_view why) {
  return Error(Errc::invalid_argument,
               fmt::format("invalid FilePos GTID ({}): {}", key::quoted(text), why));
}

}  // namespace

std::string to_string(const FilePosition& position) {
  return fmt::format("{}:{}", position.file, position.offset);
}

Result<FilePosition> parse_file_position(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
    return not_a_place(text, "expecting file:pos");
  }
  FilePosition position;
  position.file = text.substr(0, colon);
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, position.offset);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return not_a_place(text, "expecting position to be an integer");
  }
  return position;
}

}  // namespace shardlab::binlog
