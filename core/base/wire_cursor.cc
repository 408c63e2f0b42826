#include "core/base/wire_cursor.h"

#include "core/base/error.h"

namespace shardlab {
void WireCursor::fail() { throw Error(Errc::corrupt, "cannot decode a query result"); }

std::uint64_t WireCursor::long_varint() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_ == end_) fail();
    const auto byte = static_cast<unsigned char>(*at_++);
    number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
  fail();
}

WireTag WireCursor::tag() {
  const std::uint64_t word = varint();
  const auto type = static_cast<WireType>(word & 7);
  if (type != WireType::varint && type != WireType::bytes) fail();
  return WireTag{word >> 3, type};
}

void append_long_varint(std::string& out, std::uint64_t number) {
  while (number >= 0x80) {
    out += static_cast<char>(number | 0x80);
    number >>= 7;
  }
  out += static_cast<char>(number);
}

std::uint64_t to_zigzag(std::int64_t number) {
  return static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
}

}  // namespace shardlab
