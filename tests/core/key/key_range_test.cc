#include "core/key/key_range.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/key/hex.h"
#include "core/key/shard_name.h"
#include "core/key/sharding_spec.h"

using namespace shardlab;
using namespace shardlab::key;

namespace {

// Short bytes from a small alphabet: prefixes and equal limits turn up often.
std::string drawn_bytes() {
  const auto length = *rc::gen::inRange(0, 4);
  std::string bytes;
  for (int i = 0; i < length; ++i) bytes += *rc::gen::element('\x00', '\x40', '\x80', '\xff');
  return bytes;
}

KeyRange drawn_range() {
  const std::string a = drawn_bytes();
  const std::string b = drawn_bytes();
  if (b.empty() || a < b) return KeyRange(a, b);
  return a == b ? KeyRange(a, "") : KeyRange(b, a);
}

std::optional<KeyRange> drawn_maybe_range() {
  if (*rc::gen::inRange(0, 5) == 0) return std::nullopt;
  return drawn_range();
}

KeyRange range(const char* text) { return parse_key_range(text).value(); }

}  // namespace

TEST_CASE("KeyRange: -80 contains every id with a clear top bit", "[property]") {
  rc::prop("clear top bit", [](std::uint64_t number) {
    RC_ASSERT(contains(range("-80"), KeyspaceId::of_uint64(number)) == (number >> 63 == 0));
  });
}

TEST_CASE("KeyRange: the text of a range reads back as the range", "[property]") {
  rc::prop("round trip", [] {
    const KeyRange drawn = drawn_range();
    RC_ASSERT(parse_key_range(to_string(drawn)).value() == drawn);
    RC_ASSERT(is_key_range(to_string(drawn)));
  });
}

TEST_CASE("KeyRange: intersection is symmetric, and each side intersects the overlap",
          "[property]") {
  rc::prop("symmetric", [] {
    const auto a = drawn_maybe_range();
    const auto b = drawn_maybe_range();
    RC_ASSERT(intersects(a, b) == intersects(b, a));
    if (!intersects(a, b)) return;
    const auto common = overlap(a, b).value();
    RC_ASSERT(common == overlap(b, a).value());
    RC_ASSERT(includes(a, common));
    RC_ASSERT(includes(b, common));
  });
}

TEST_CASE("KeyRange: an id is in the overlap exactly when it is in both", "[property]") {
  rc::prop("overlap means both", [] {
    const auto a = drawn_maybe_range();
    const auto b = drawn_maybe_range();
    const KeyspaceId id(drawn_bytes());
    const auto common = overlap(a, b);
    RC_ASSERT((common && contains(*common, id)) == (contains(a, id) && contains(b, id)));
  });
}

TEST_CASE("KeyRange: what is included contains no id outside", "[property]") {
  rc::prop("includes means all ids", [] {
    const auto big = drawn_maybe_range();
    const auto small = drawn_maybe_range();
    const KeyspaceId id(drawn_bytes());
    RC_PRE(includes(big, small) && contains(small, id));
    RC_ASSERT(contains(big, id));
  });
}

TEST_CASE("KeyRange: joined neighbours contain what one of them contains", "[property]") {
  rc::prop("add is a union", [] {
    const std::string border = "\x40" + drawn_bytes();
    const KeyRange a(*rc::gen::element<std::string>("", "\x20"), border);
    const KeyRange b(border, *rc::gen::element<std::string>("", "\x80"));
    const KeyspaceId id(drawn_bytes());
    RC_ASSERT(add(a, b) == add(b, a));
    RC_ASSERT(contains(add(a, b), id) == (contains(a, id) || contains(b, id)));
  });
}

TEST_CASE("KeyRange: a text with two dashes or none is refused", "[unit]") {
  CHECK(parse_key_range("80").has_error());
  CHECK(parse_key_range("40-80-c0").has_error());
}

TEST_CASE("KeyspaceId: an 8-byte id and its number turn into each other", "[property]") {
  rc::prop("round trip", [](std::uint64_t number) {
    const auto id = KeyspaceId::of_uint64(number);
    RC_ASSERT(id.left_justified() == number);
    RC_ASSERT(parse_keyspace_id(id.hex()).value() == id);
  });
}

TEST_CASE("KeyspaceId: ids are ordered by unsigned bytes, a prefix first", "[unit]") {
  CHECK(KeyspaceId("\x7f") < KeyspaceId("\x80"));
  CHECK(KeyspaceId("\x40") < KeyspaceId(std::string("\x40\x00", 2)));
}

TEST_CASE("ShardingSpec: the ranges of a whole spec partition the key space", "[property]") {
  rc::prop("exactly one range contains an id", [] {
    std::vector<std::string> limits;
    const auto count = *rc::gen::inRange(0, 6);
    for (int i = 0; i < count; ++i) limits.push_back(to_hex(drawn_bytes() + "\x01"));
    std::sort(limits.begin(), limits.end());
    limits.erase(std::unique(limits.begin(), limits.end()), limits.end());
    std::string spec = "-";
    for (const auto& limit : limits) spec += limit + "-";
    const auto ranges = parse_sharding_spec(spec).value();
    const KeyspaceId id(drawn_bytes());
    RC_ASSERT(ranges.size() == limits.size() + 1);
    RC_ASSERT(std::count_if(ranges.begin(), ranges.end(),
                            [&](const auto& r) { return contains(r, id); }) == 1);
  });
}

TEST_CASE("EvenShards: equal shards partition the key space and are equally wide", "[property]") {
  rc::prop("the owner follows from the top bits", [](std::uint64_t number) {
    const auto bits = *rc::gen::inRange(0, 11);
    const auto ranges = even_shards(std::int64_t{1} << bits).value();
    const auto owner = bits == 0 ? 0 : number >> (64 - bits);
    const auto id = KeyspaceId::of_uint64(number);
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      RC_ASSERT(contains(ranges[i], id) == (i == owner));
    }
  });
}

TEST_CASE("EvenShards: a negative index is refused", "[unit]") {
  CHECK(even_shard(-1, 4).has_error());
}

TEST_CASE("ShardName: a valid range name stays as it is once lower-cased", "[property]") {
  rc::prop("idempotent", [] {
    const std::string name = to_string(drawn_range());
    const auto shard = validate_shard_name(name).value();
    RC_ASSERT(shard.name == name);
    RC_ASSERT(to_string(shard.key_range) == name);
  });
}

TEST_CASE("ShardName: a range of no width is refused", "[unit]") {
  CHECK(validate_shard_name("40-40").has_error());
}
