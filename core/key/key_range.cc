#include "core/key/key_range.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/key/error_of.h"
#include "core/key/hex.h"

namespace shardlab::key {
namespace {

const KeyRange full_range;

const KeyRange& full_if_missing(const std::optional<KeyRange>& range) {
  return range ? *range : full_range;
}

bool starts_before_end(const KeyRange& a, const KeyRange& b) {
  return b.end.empty() || a.start < b.end;
}

// The smaller of two ends, an empty one being the maximum.
const std::string& earlier_end(const std::string& a, const std::string& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return std::min(a, b);
}

bool is_hex_text(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

KeyspaceId KeyspaceId::of_uint64(std::uint64_t number) {
  std::string bytes(8, '\0');
  for (int i = 7; i >= 0; --i, number >>= 8) bytes[i] = static_cast<char>(number & 0xff);
  return KeyspaceId(std::move(bytes));
}

std::string KeyspaceId::hex() const { return to_hex(bytes); }

std::uint64_t KeyspaceId::left_justified() const {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    number = number << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0);
  }
  return number;
}

Result<KeyspaceId> parse_keyspace_id(std::string_view hex) {
  auto bytes = parse_hex(hex);
  if (!bytes) return error_of(bytes);
  return KeyspaceId(*std::move(bytes));
}

std::string to_string(const std::optional<KeyRange>& range) {
  const KeyRange& printed = full_if_missing(range);
  return to_hex(printed.start) + "-" + to_hex(printed.end);
}

Result<KeyRange> parse_key_range_parts(std::string_view start_hex, std::string_view end_hex) {
  auto start = parse_hex(start_hex);
  if (!start) return error_of(start);
  auto end = parse_hex(end_hex);
  if (!end) return error_of(end);
  return KeyRange(*std::move(start), *std::move(end));
}

Result<KeyRange> parse_key_range(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos || text.find('-', dash + 1) != std::string_view::npos) {
    return Error(Errc::invalid_argument,
                 fmt::format("a key range has exactly one '-', as in 40-80: {}", quoted(text)));
  }
  return parse_key_range_parts(text.substr(0, dash), text.substr(dash + 1));
}

bool is_key_range(std::string_view text) {
  const auto dash = text.find('-');
  return dash != std::string_view::npos && is_hex_text(text.substr(0, dash)) &&
         is_hex_text(text.substr(dash + 1));
}

bool contains(const std::optional<KeyRange>& range, const KeyspaceId& id) {
  return !range || (range->start <= id.bytes && (range->end.empty() || id.bytes < range->end));
}

bool intersects(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b) {
  return !a || !b || (starts_before_end(*a, *b) && starts_before_end(*b, *a));
}

Result<std::optional<KeyRange>> overlap(const std::optional<KeyRange>& a,
                                        const std::optional<KeyRange>& b) {
  if (!intersects(a, b)) {
    return Error(Errc::invalid_argument,
                 fmt::format("KeyRanges {} and {} don't overlap", to_string(a), to_string(b)));
  }
  if (!a) return b;
  if (!b) return a;
  return std::optional(KeyRange(std::max(a->start, b->start), earlier_end(a->end, b->end)));
}

bool includes(const std::optional<KeyRange>& big, const std::optional<KeyRange>& small) {
  if (!big) return true;
  const KeyRange& inner = full_if_missing(small);
  const bool end_inside = big->end.empty() || (!inner.end.empty() && inner.end <= big->end);
  return big->start <= inner.start && end_inside;
}

std::optional<KeyRange> add(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b) {
  if (!a || !b) return std::nullopt;
  if (!a->end.empty() && a->end == b->start) return KeyRange(a->start, b->end);
  if (!b->end.empty() && b->end == a->start) return KeyRange(b->start, a->end);
  return std::nullopt;
}

bool equal(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b) {
  return start_equal(a, b) && end_equal(a, b);
}

bool start_equal(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b) {
  return full_if_missing(a).start == full_if_missing(b).start;
}

bool end_equal(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b) {
  return full_if_missing(a).end == full_if_missing(b).end;
}

bool start_smaller(const std::optional<KeyRange>& a, const std::optional<KeyRange>& b) {
  if (!a || !b) return !a && b;
  return a->start < b->start;
}

bool is_partial(const std::optional<KeyRange>& range) {
  return range && !(range->start.empty() && range->end.empty());
}

}  // namespace shardlab::key
