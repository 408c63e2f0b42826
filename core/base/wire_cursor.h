#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shardlab {

// Protobuf's wire format, as far as results of statements need it.

enum class WireType : std::uint8_t { varint = 0, bytes = 2 };

/// The number of a field and how its value is written.
struct WireTag {
  std::uint64_t field = 0;
  WireType type = WireType::varint;
};

/// Walks through a message. Throws Error: corrupt at what is none.
class WireCursor {
 public:
  explicit WireCursor(std::string_view message)
      : at_(message.data()), end_(message.data() + message.size()) {}

  bool at_end() const { return at_ == end_; }
  /// What has not been walked through yet.
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }
  /// Whether this tag is next.
  bool is_at(char tag) const { return at_ != end_ && *at_ == tag; }
  WireTag tag();
  std::uint64_t varint() {
    const bool is_short = at_ != end_ && static_cast<signed char>(*at_) >= 0;
    if (is_short) return static_cast<unsigned char>(*at_++);
    return long_varint();
  }
  /// A `sint64`.
  std::int64_t zigzag() {
    const std::uint64_t word = varint();
    return static_cast<std::int64_t>((word >> 1) ^ (~(word & 1) + 1));
  }
  /// Text, bytes, a message, packed numbers.
  std::string_view bytes() {
    const std::uint64_t size = varint();
    if (size > static_cast<std::uint64_t>(end_ - at_)) fail();
    const std::string_view found(at_, size);
    at_ += size;
    return found;
  }
  /// The field with this tag; empty when another one, or nothing, is next.
  std::string_view bytes_of(char tag) {
    if (!is_at(tag)) return {};
    ++at_;
    return bytes();
  }

 private:
  std::uint64_t long_varint();
  [[noreturn]] static void fail();

  const char* at_;
  const char* end_;
};

constexpr std::size_t varint_size(std::uint64_t number) {
  std::size_t size = 1;
  for (; number >= 0x80; number >>= 7) ++size;
  return size;
}
void append_long_varint(std::string& out, std::uint64_t number);
inline void append_varint(std::string& out, std::uint64_t number) {
  if (number < 0x80) {
    out += static_cast<char>(number);
  } else {
    append_long_varint(out, number);
  }
}
/// The byte that announces a field with a number below 16.
constexpr char tag_byte(std::uint64_t field, WireType type) {
  return static_cast<char>(field << 3 | static_cast<std::uint64_t>(type));
}
std::uint64_t to_zigzag(std::int64_t number);

}  // namespace shardlab
