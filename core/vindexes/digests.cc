#include "core/vindexes/digests.h"

#include <array>
#include <nettle/md5.h>
#include <xxhash.h>

namespace shardlab::vindexes {

Binary::Binary() : Vindex({.type = "binary", .cost = 0, .reversible = true}) {}

std::optional<key::KeyspaceId> Binary::map(const Value& value) const {
  return key::KeyspaceId(value.text());
}

Value Binary::reverse_map(const key::KeyspaceId& id) const {
  return Value(Type::varbinary, id.bytes);
}

BinaryMd5::BinaryMd5() : Vindex({.type = "binary_md5", .cost = 1}) {}

std::optional<key::KeyspaceId> BinaryMd5::map(const Value& value) const {
  md5_ctx context;
  md5_init(&context);
  md5_update(&context, value.text().size(),
             reinterpret_cast<const std::uint8_t*>(value.text().data()));
  std::array<std::uint8_t, MD5_DIGEST_SIZE> digest;
  md5_digest(&context, digest.size(), digest.data());
  return key::KeyspaceId(std::string(digest.begin(), digest.end()));
}

XxHash::XxHash() : Vindex({.type = "xxhash", .cost = 1}) {}

std::optional<key::KeyspaceId> XxHash::map(const Value& value) const {
  XXH64_hash_t hash = XXH64(value.text().data(), value.text().size(), 0);
  std::string bytes;
  for (int i = 0; i < 8; ++i, hash >>= 8) bytes += static_cast<char>(hash & 0xff);
  return key::KeyspaceId(std::move(bytes));
}

Null::Null() : Vindex({.type = "null", .cost = 100}) {}

std::optional<key::KeyspaceId> Null::map(const Value&) const {
  return key::KeyspaceId(std::string(1, '\0'));
}

}  // namespace shardlab::vindexes
