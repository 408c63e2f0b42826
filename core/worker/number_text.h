#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shardlab::worker {

/// Compares numbers in MySQL's text form by value, exactly and without floating point:
/// `9 < 10`, `1.0 = 1`, `07 = 7`, `1e3 > 999.5`.
/// Throws Error: invalid_argument for text that is no number.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b);

/// A decimal number as a whole count of 10^-`decimals`: ("2.5", 3) -> 2500.
/// Nothing for an exponent, for more decimals than asked, and outside of 18 digits.
std::optional<std::int64_t> parse_fixed(std::string_view text, int decimals);
/// The inverse with the shortest text: (2500, 3) -> `"2.5"`, (5000, 3) -> `"5"`.
std::string format_fixed(std::int64_t number, int decimals);

}  // namespace shardlab::worker
