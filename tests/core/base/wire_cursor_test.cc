#include "core/base/wire_cursor.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/base/error.h"

namespace shardlab {
namespace {

TEST_CASE("WireCursor: any number comes back, and takes the bytes that were told") {
  rc::prop("varint", [](std::uint64_t number, unsigned shift) {
    number >>= shift % 64;
    std::string bytes;
    append_varint(bytes, number);
    RC_ASSERT(bytes.size() == varint_size(number));
    WireCursor cursor(bytes);
    RC_ASSERT(cursor.varint() == number);
    RC_ASSERT(cursor.at_end());
  });
  rc::prop("zigzag", [](std::int64_t number) {
    std::string bytes;
    append_varint(bytes, to_zigzag(number));
    RC_ASSERT(WireCursor(bytes).zigzag() == number);
  });
}

TEST_CASE("WireCursor: fields are a tag and bytes") {
  const std::string message{tag_byte(3, WireType::bytes), 2, 'h', 'i'};
  WireCursor cursor(message);
  const WireTag tag = cursor.tag();
  CHECK(tag.field == 3);
  CHECK(tag.type == WireType::bytes);
  CHECK(cursor.bytes() == "hi");
  CHECK(cursor.at_end());
  WireCursor again(message);
  CHECK(again.bytes_of(tag_byte(2, WireType::bytes)).empty());
  CHECK(again.rest() == message);
  CHECK(again.bytes_of(tag_byte(3, WireType::bytes)) == "hi");
}

TEST_CASE("WireCursor: what ends too early, or never, is corrupt") {
  CHECK_THROWS_AS(WireCursor("").varint(), Error);
  CHECK_THROWS_AS(WireCursor("\x80").varint(), Error);
  CHECK_THROWS_AS(WireCursor(std::string(11, '\x80')).varint(), Error);
  CHECK_THROWS_AS(WireCursor("\x05hi").bytes(), Error);
  CHECK_THROWS_AS(WireCursor("\x05").tag(), Error);  // a fixed32
}

}  // namespace
}  // namespace shardlab
