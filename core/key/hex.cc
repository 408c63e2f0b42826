#include "core/key/hex.h"

#include <fmt/format.h>

namespace shardlab::key {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte is taken as a Latin-1 code point and shown only when it is printable.
std::string describe_byte(unsigned char byte) {
  std::string text = fmt::format("U+{:04X}", byte);
  if (byte >= 0x20 && byte < 0x7f) {
    text += fmt::format(" '{}'", static_cast<char>(byte));
  } else if (byte > 0xa0 && byte != 0xad) {
    const char utf8[] = {static_cast<char>(0xc0 | (byte >> 6)),
                         static_cast<char>(0x80 | (byte & 0x3f))};
    text += fmt::format(" '{}'", std::string_view(utf8, 2));
  }
  return text;
}

// Length of the well-formed UTF-8 sequence at the start of `text`, 0 when there is none.
std::size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  const auto second = static_cast<unsigned char>(length > 1 ? text[1] : 0);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool beyond = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
  return overlong || beyond ? 0 : length;
}

void append_quoted_byte(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\a': out += "\\a"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\v': out += "\\v"; return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte >= 0x7f) {
    out += fmt::format("\\x{:02x}", byte);
  } else {
    out += c;
  }
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

Result<std::string> parse_hex(std::string_view text) {
  for (char c : text) {
    if (digit_value(c) >= 0) continue;
    return Error(Errc::invalid_argument, "encoding/hex: invalid byte: " + describe_byte(c));
  }
  if (text.size() % 2 != 0) {
    return Error(Errc::invalid_argument, "encoding/hex: odd length hex string");
  }
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes += static_cast<char>(digit_value(text[i]) * 16 + digit_value(text[i + 1]));
  }
  return bytes;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length > 1) {
      out += text.substr(0, length);
    } else {
      append_quoted_byte(out, text[0]);
    }
    text.remove_prefix(length > 1 ? length : 1);
  }
  out += '"';
  return out;
}

}  // namespace shardlab::key
