#pragma once

#include <optional>

#include "core/vindexes/vindex.h"

namespace shardlab::vindexes {

/// The bytes of the value's text: `test1` -> `7465737431`.
class Binary : public Vindex {
 public:
  Binary();
  std::optional<key::KeyspaceId> map(const Value& value) const override;
  Value reverse_map(const key::KeyspaceId& id) const override;
};

/// MD5 of the bytes, 16 bytes; NULL counts as the empty text.
class BinaryMd5 : public Vindex {
 public:
  BinaryMd5();
  std::optional<key::KeyspaceId> map(const Value& value) const override;
};

/// 64-bit xxHash with seed 0 of the value's text, stored little-endian; NULL counts as empty.
class XxHash : public Vindex {
 public:
  XxHash();
  std::optional<key::KeyspaceId> map(const Value& value) const override;
};

/// The single byte 00 for every value: all rows on one shard.
class Null : public Vindex {
 public:
  Null();
  std::optional<key::KeyspaceId> map(const Value& value) const override;
};

}  // namespace shardlab::vindexes
