#include "fakes/mysql/gtid.h"

#include <charconv>
#include <fmt/format.h>

#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

template <class Number>
bool parse_part(std::string_view& text, Number& number, bool last) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || (last ? stop != end : stop == end || *stop != '-')) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + (last ? 0 : 1));
  return true;
}

}  // namespace

std::string to_string(const Gtid& gtid) {
  return fmt::format("{}-{}-{}", gtid.domain, gtid.server, gtid.sequence);
}

std::string to_string(const Position& position) { return position ? to_string(*position) : ""; }

Position parse_position(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Gtid gtid;
  std::string_view rest = text;
  if (!parse_part(rest, gtid.domain, false) || !parse_part(rest, gtid.server, false) ||
      !parse_part(rest, gtid.sequence, true)) {
    throw sql_error(1941, fmt::format("Could not parse GTID list '{}'", text));
  }
  if (gtid.domain != 0) {
    throw sql_error(1235, fmt::format("GTID domains other than 0 are not supported: {}", text));
  }
  return gtid;
}

std::uint64_t sequence_of(const Position& position) { return position ? position->sequence : 0; }

}  // namespace shardlab::fakes::mysql
