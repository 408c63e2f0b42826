#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/value.h"
#include "core/key/key_range.h"

namespace shardlab::vindexes {

/// Parameters of a vindex as written in the VSchema: `{"table": "lk", "autocommit": "true"}`.
using VindexParams = std::map<std::string, std::string>;

/// What is known about a vindex type without looking at values.
struct VindexInfo {
  std::string type;            ///< `"hash"`
  int cost = 1;                ///< 0 and 1 functional, 10 unique lookup, 20 lookup, 100 null
  bool unique = true;          ///< a value has at most one keyspace id
  bool reversible = false;     ///< `reverse_map` works
  bool needs_vcursor = false;  ///< asks a table (lookup types)
  bool multi_column = false;   ///< wants several columns
};

/// Maps column values to keyspace ids. Immutable; shared by all who route.
/// Source: Vitess go/vt/vtgate/vindexes/vindex.go.
class Vindex {
 public:
  explicit Vindex(VindexInfo info) : info_(std::move(info)) {}
  virtual ~Vindex() = default;
  Vindex(const Vindex&) = delete;
  Vindex& operator=(const Vindex&) = delete;

  const std::string& type() const { return info_.type; }
  int cost() const { return info_.cost; }
  bool is_unique() const { return info_.unique; }
  bool is_reversible() const { return info_.reversible; }
  bool needs_vcursor() const { return info_.needs_vcursor; }
  bool is_multi_column() const { return info_.multi_column; }

  /// The keyspace id of one value; nothing for a value that belongs to no shard (NULL, `aa` under
  /// `hash`). Throws Error: unsupported for types that need a table, a file or several columns.
  virtual std::optional<key::KeyspaceId> map(const Value& value) const = 0;
  /// The same for the columns of a row, in the order of the VSchema.
  virtual std::optional<key::KeyspaceId> map_columns(std::span<const Value> values) const;

  /// Does the value belong to that keyspace id.
  /// Throws Error: invalid_argument `could not parse value: 'aa'`,
  /// `negative number cannot be converted to unsigned: -1`.
  virtual bool verify(const Value& value, const key::KeyspaceId& id) const;

  /// The value that has this keyspace id. Throws Error: invalid_argument for an id of wrong length,
  /// unsupported for a vindex that is not reversible.
  virtual Value reverse_map(const key::KeyspaceId& id) const;

 private:
  VindexInfo info_;
};

/// Creates a vindex of a type of the reference's table: `hash`, `numeric`, `reverse_bits`,
/// `binary`, `binary_md5`, `xxhash`, `null`, `numeric_static_map` and `region_experimental` map
/// values; the lookup kinds, `unicode_loose_*` and `region_json` can be declared but not mapped.
/// Throws Error: invalid_argument `vindexType "X" not found` and errors of the parameters.
std::shared_ptr<const Vindex> create_vindex(std::string_view type, const VindexParams& params);

/// The unsigned number a value stands for, as the vindexes read it: integers, and text of digits.
/// Throws Error: invalid_argument, see `Vindex::verify`.
/// Source: Vitess go/vt/vtgate/evalengine `ToUint64`.
std::uint64_t to_uint64(const Value& value);
/// The same where a value that is none means "no shard".
std::optional<std::uint64_t> try_to_uint64(const Value& value);
/// An unsigned 64-bit number from decimal text.
std::optional<std::uint64_t> parse_uint64(std::string_view text);
/// A signed 64-bit number from decimal text with an optional sign.
std::optional<std::int64_t> parse_int64(std::string_view text);

}  // namespace shardlab::vindexes
