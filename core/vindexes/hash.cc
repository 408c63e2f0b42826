#include "core/vindexes/hash.h"

#include <array>
#include <fmt/format.h>
#include <nettle/des.h>

namespace shardlab::vindexes {
namespace {

struct ZeroKeySchedule {
  ZeroKeySchedule() {
    const std::array<std::uint8_t, DES_KEY_SIZE> zeros{};
    // Zero is one of the weak keys, for which nettle returns 0 although it has set the schedule.
    des_set_key(&context, zeros.data());
  }
  des_ctx context;
};

const des_ctx& zero_key() {
  static const ZeroKeySchedule schedule;
  return schedule.context;
}

}  // namespace

key::KeyspaceId hash_number(std::uint64_t number) {
  std::array<std::uint8_t, DES_BLOCK_SIZE> block;
  for (int i = DES_BLOCK_SIZE - 1; i >= 0; --i, number >>= 8) {
    block[i] = static_cast<std::uint8_t>(number);
  }
  des_encrypt(&zero_key(), block.size(), block.data(), block.data());
  return key::KeyspaceId(std::string(block.begin(), block.end()));
}

std::uint64_t unhash_number(const key::KeyspaceId& id) {
  if (id.bytes.size() != DES_BLOCK_SIZE) {
    throw Error(Errc::invalid_argument, "invalid keyspace id: " + id.hex());
  }
  std::array<std::uint8_t, DES_BLOCK_SIZE> block;
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<std::uint8_t>(id.bytes[i]);
  des_decrypt(&zero_key(), block.size(), block.data(), block.data());
  std::uint64_t number = 0;
  for (std::uint8_t byte : block) number = number << 8 | byte;
  return number;
}

Hash::Hash() : Vindex({.type = "hash", .cost = 1, .reversible = true}) {}

std::optional<key::KeyspaceId> Hash::map(const Value& value) const {
  if (is_signed_integer(value.type())) {
    const auto number = parse_int64(value.text());
    if (!number) return std::nullopt;
    return hash_number(static_cast<std::uint64_t>(*number));
  }
  const auto number = try_to_uint64(value);
  if (!number) return std::nullopt;
  return hash_number(*number);
}

bool Hash::verify(const Value& value, const key::KeyspaceId& id) const {
  return hash_number(to_uint64(value)) == id;
}

Value Hash::reverse_map(const key::KeyspaceId& id) const {
  return Value::of_uint(unhash_number(id));
}

}  // namespace shardlab::vindexes
