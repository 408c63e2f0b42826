#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "core/base/value.h"
#include "core/proto/tabletmanagerdata.pb.h"

namespace shardlab::worker {

/// Two values of a key column as the server orders them: numbers by value, texts of a `_bin`
/// collation by bytes as if spaces followed, everything else by bytes; NULL first.
/// Throws Error: invalid_argument for a number column whose text is no number.
std::strong_ordering compare_key_values(Type type, const Value& left, const Value& right);

/// The collation of a text column, read from `SHOW CREATE TABLE`: `"utf8mb4_bin"`, or of a
/// character set without one its name and `" (default)"`. Empty when the text does not say.
std::string collation_of(std::string_view create_table, std::string_view column);

/// Workers walk two tables side by side in the order of the primary key, and must know it.
/// Throws Error: unsupported for a key column in another order than `compare_key_values` has: a
/// text with a collation that is not `_bin`, an ENUM, a SET, a TIME.
void require_known_key_order(const tabletmanagerdata::TableDefinition& table);

}  // namespace shardlab::worker
