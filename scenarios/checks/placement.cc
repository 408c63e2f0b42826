#include "scenarios/checks/placement.h"

#include <algorithm>
#include <nettle/des.h>

#include "core/base/error.h"

namespace shardlab::scenarios {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  throw BugError("a shard name is not hexadecimal");
}

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

des_ctx zero_key_schedule() {
  des_ctx context;
  const std::uint8_t key[DES_KEY_SIZE] = {};
  des_set_key(&context, key);  // says "weak key", and has set it
  return context;
}

}  // namespace

std::string keyspace_id_of(std::uint64_t page) {
  static const des_ctx context = zero_key_schedule();
  std::uint8_t clear[DES_BLOCK_SIZE];
  for (int i = 0; i < 8; ++i) clear[i] = static_cast<std::uint8_t>(page >> (56 - 8 * i));
  std::uint8_t cipher[DES_BLOCK_SIZE];
  des_encrypt(&context, sizeof cipher, cipher, clear);
  return std::string(reinterpret_cast<const char*>(cipher), sizeof cipher);
}

std::uint64_t page_of(std::string_view keyspace_id) {
  static const des_ctx context = zero_key_schedule();
  std::uint8_t cipher[DES_BLOCK_SIZE] = {};
  std::copy_n(keyspace_id.begin(), std::min(keyspace_id.size(), sizeof cipher), cipher);
  std::uint8_t clear[DES_BLOCK_SIZE];
  des_decrypt(&context, sizeof clear, clear, cipher);
  std::uint64_t page = 0;
  for (const std::uint8_t byte : clear) page = page << 8 | byte;
  return page;
}

ShardRange::ShardRange(std::string_view shard_name) {
  const std::size_t dash = shard_name.find('-');
  if (dash == std::string_view::npos) return;
  start_ = bytes_of(shard_name.substr(0, dash));
  end_ = bytes_of(shard_name.substr(dash + 1));
}

bool ShardRange::contains(std::string_view keyspace_id) const {
  // std::string compares as unsigned bytes, a prefix before the longer text.
  return keyspace_id >= start_ && (end_.empty() || keyspace_id < end_);
}

bool ShardRange::intersects(const ShardRange& other) const {
  return (end_.empty() || other.start_ < end_) && (other.end_.empty() || start_ < other.end_);
}

}  // namespace shardlab::scenarios
