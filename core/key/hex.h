#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace shardlab::key {

/// Bytes as lower-case hexadecimal text: `"\x80"` -> `"80"`.
std::string to_hex(std::string_view bytes);

/// Hexadecimal text, either case, as bytes: `"8A"` -> `"\x8a"`.
/// Errors: invalid_argument, `encoding/hex: invalid byte: U+0078 'x'` in preference to
/// `encoding/hex: odd length hex string`. Source: Go encoding/hex, as Vitess prints it.
Result<std::string> parse_hex(std::string_view text);

/// Text in double quotes with control characters and quotes escaped: `it"s` -> `"it\"s"`.
/// Valid UTF-8 stays readable, other bytes become `\xff`. Source: Go `%q`.
std::string quoted(std::string_view text);

}  // namespace shardlab::key
