#include "core/key/hex.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/key/error_of.h"

using namespace shardlab;
using namespace shardlab::key;

TEST_CASE("Hex: bytes read back from their text", "[property]") {
  rc::prop("round trip", [](const std::string& bytes) {
    RC_ASSERT(parse_hex(to_hex(bytes)).value() == bytes);
  });
}

TEST_CASE("Hex: an invalid digit is reported in preference to odd length", "[unit]") {
  CHECK(error_of(parse_hex("8x0")).message() == "encoding/hex: invalid byte: U+0078 'x'");
  CHECK(error_of(parse_hex("800")).message() == "encoding/hex: odd length hex string");
}

TEST_CASE("Hex: a byte that cannot be printed is named by its number only", "[unit]") {
  CHECK(error_of(parse_hex("\n0")).message() == "encoding/hex: invalid byte: U+000A");
  CHECK(error_of(parse_hex("\xe9")).message() == "encoding/hex: invalid byte: U+00E9 '\u00e9'");
}

TEST_CASE("Quoted: quotes, control characters and broken UTF-8 are escaped", "[unit]") {
  CHECK(quoted("it\"s\n") == R"("it\"s\n")");
  CHECK(quoted("B\u00e4r") == "\"B\u00e4r\"");
  CHECK(quoted("\xff\x01") == R"("\xff\x01")");
  CHECK(quoted("\xc0\x80") == R"("\xc0\x80")");
}
