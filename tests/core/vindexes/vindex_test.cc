#include "core/vindexes/vindex.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/key/hex.h"
#include "core/vindexes/hash.h"
#include "core/vindexes/lookup.h"

using namespace shardlab;
using namespace shardlab::vindexes;

namespace {

std::string mapped(const char* type, const Value& value, const VindexParams& params = {}) {
  const auto id = create_vindex(type, params)->map(value);
  return id ? id->hex() : "none";
}

std::string creation_error(const char* type, const VindexParams& params) {
  try {
    create_vindex(type, params);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

}  // namespace

TEST_CASE("Hash: it is a permutation whose inverse gives the number back", "[property]") {
  rc::prop("round trip", [](std::uint64_t number) {
    RC_ASSERT(unhash_number(hash_number(number)) == number);
    const auto id = key::KeyspaceId::of_uint64(number);
    RC_ASSERT(hash_number(unhash_number(id)) == id);
  });
}

TEST_CASE("Hash: encrypting twice under the zero key, a weak one, gives the number back",
          "[property]") {
  rc::prop("involution", [](std::uint64_t number) {
    RC_ASSERT(hash_number(hash_number(number).left_justified()).left_justified() == number);
  });
}

TEST_CASE("Hash: a signed number maps like the unsigned one with the same bits", "[property]") {
  rc::prop("same bits", [](std::int64_t number) {
    const Hash hash;
    RC_ASSERT(hash.map(Value::of_int(number)) ==
              hash.map(Value::of_uint(static_cast<std::uint64_t>(number))));
  });
}

TEST_CASE("Vindexes: a reversible one gives back the number it mapped", "[property]") {
  rc::prop("round trip", [](std::uint64_t number) {
    for (const char* type : {"hash", "numeric", "reverse_bits"}) {
      const auto vindex = create_vindex(type, {});
      RC_ASSERT(vindex->is_reversible());
      const auto id = vindex->map(Value::of_uint(number));
      RC_ASSERT(vindex->reverse_map(*id) == Value::of_uint(number));
      RC_ASSERT(vindex->verify(Value::of_uint(number), *id));
    }
  });
}

TEST_CASE("Vindexes: numbers, bits and bytes map as the reference's table says", "[unit]") {
  CHECK(mapped("numeric", Value::of_int(255)) == "00000000000000ff");
  CHECK(mapped("numeric", Value::of_int(-1)) == "none");
  CHECK(mapped("numeric", Value::null()) == "none");
  CHECK(mapped("reverse_bits", Value::of_int(6)) == "6000000000000000");
  CHECK(mapped("binary", Value::of_int(12)) == "3132");
  CHECK(mapped("binary_md5", Value::of_text("Test")) == "0cbc6611f5540bd0809a388dc95a615b");
  CHECK(mapped("binary_md5", Value::null()) == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(mapped("null", Value::of_text("x")) == "00");
}

TEST_CASE("XxHash: its ids are little-endian, and NULL counts as the empty text", "[unit]") {
  CHECK(mapped("xxhash", Value::of_text("test1")) == "d01ab7e4d6978f0b");
  CHECK(mapped("xxhash", Value::null()) == "99e9d85137db46ef");
}

TEST_CASE("NumericStaticMap: numbers outside of the map stay", "[unit]") {
  const VindexParams params{{"json", R"({"1": 1, "3": 2})"}};
  CHECK(mapped("numeric_static_map", Value::of_int(3), params) == "0000000000000002");
  CHECK(mapped("numeric_static_map", Value::of_int(4), params) == "0000000000000004");
}

TEST_CASE("RegionExperimental: the region is cut to its bytes before the hash", "[unit]") {
  const auto vindex = create_vindex("region_experimental", {{"region_bytes", "1"}});
  const Row columns{Value::of_int(256), Value::of_int(1)};
  CHECK(vindex->map_columns(columns)->hex() == "00166b40b44aba4bd6");
  CHECK_FALSE(vindex->map_columns(Row{Value::of_int(1)}));
}

TEST_CASE("Vindexes: cost and uniqueness follow the kind", "[unit]") {
  CHECK(create_vindex("lookup_unique", {})->cost() == 10);
  CHECK(create_vindex("lookup_unique", {})->is_unique());
  CHECK(create_vindex("consistent_lookup", {})->cost() == 20);
  CHECK_FALSE(create_vindex("consistent_lookup", {})->is_unique());
  CHECK(create_vindex("unicode_loose_md5", {})->cost() == 1);
  CHECK(create_vindex("null", {})->cost() == 100);
}

TEST_CASE("Vindexes: only lookup kinds can be owned by a table", "[unit]") {
  CHECK(is_lookup(*create_vindex("lookup_hash", {})));
  CHECK_FALSE(is_lookup(*create_vindex("hash", {})));
}

TEST_CASE("Vindexes: a lookup can be declared, but says clearly that it maps nothing", "[unit]") {
  const auto lookup = create_vindex("lookup_hash", {});
  try {
    lookup->map(Value::of_int(1));
    FAIL("a lookup mapped a value");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::unsupported);
    CHECK_THAT(error.message(), Catch::Contains("lookup_hash"));
  }
}

TEST_CASE("Vindexes: wrong types and parameters are refused at creation", "[unit]") {
  CHECK(creation_error("cfc", {}) == "vindexType \"cfc\" not found");
  CHECK(creation_error("lookup", {{"autocommit", "1"}}) ==
        "autocommit value must be 'true' or 'false': '1'");
  CHECK(creation_error("region_experimental", {}) ==
        "region_experimental missing region_bytes param");
}

TEST_CASE("ToUint64: text counts as a number only when all of it is one", "[unit]") {
  CHECK(to_uint64(Value::of_text("+5")) == 5);
  CHECK(to_uint64(Value::of_text("18446744073709551615")) == UINT64_MAX);
  for (const char* text : {"", "5 ", "0x5", "+-5", "1.1", "18446744073709551616"}) {
    INFO(text);
    CHECK_THROWS_AS(to_uint64(Value::of_text(text)), Error);
    CHECK_FALSE(try_to_uint64(Value::of_text(text)));
  }
}
