#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/vindexes/vindex.h"

namespace shardlab::vindexes {

/// A type a VSchema may name, so that it is validated correctly, but whose values are not mapped.
class DeclaredOnly : public Vindex {
 public:
  DeclaredOnly(VindexInfo info, std::string reason);
  /// Throws Error: unsupported, always.
  std::optional<key::KeyspaceId> map(const Value& value) const override;

 private:
  std::string reason_;
};

/// A lookup kind, `unicode_loose_md5`, `unicode_loose_xxhash` or `region_json`; null for others.
/// Throws Error: invalid_argument `autocommit value must be 'true' or 'false': 'X'`.
/// Source: Vitess go/vt/vtgate/vindexes/lookup.go.
std::shared_ptr<const Vindex> create_declared_only(std::string_view type,
                                                   const VindexParams& params);

/// Is the vindex one that stores its ids in a table, so that a table can own it.
bool is_lookup(const Vindex& vindex);

}  // namespace shardlab::vindexes
