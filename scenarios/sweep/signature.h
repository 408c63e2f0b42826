#pragma once

#include <string>
#include <string_view>

namespace shardlab::scenarios {

/// What two sentences have in common when they tell the same mistake of two worlds: the first
/// sentence without its numbers and names. For comparing only; nobody reads it.
///
///     "2 rows on test-0000000200, test-0000000201 are lost. Page 7"  ->  "# row on # are lost"
///     "1 row on test-0000000300 is lost"                             ->  "# row on # are lost"
///
/// Replaced by `#` is what is quoted and every word with a digit or a slash (numbers, moments,
/// aliases, key ranges, paths); several in a row, also joined by "and", are one, and a unit of time
/// behind them goes. Singular and plural are the same.
std::string signature_of(std::string_view text);

}  // namespace shardlab::scenarios
