#pragma once

#include <string>

#include "core/base/error.h"

namespace shardlab::fakes::mysql {

/// What the disk may do to a statement. The first leaves the server as it was; the others end it.
inline constexpr int disk_full = 1114;
inline constexpr int disk_error = 1026;
inline constexpr int disk_damage = 1194;

/// An error as the server reports it; the number decides the Errc (1290 is `read_only`, 1064
/// `invalid_argument`, 1235 `unsupported`, anything else `sql`).
Error sql_error(int number, std::string sentence);

/// The error in MySQL's terms: what the parser refused becomes 1064 or 1235.
Error as_sql_error(const Error& error);

}  // namespace shardlab::fakes::mysql
