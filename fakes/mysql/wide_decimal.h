#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shardlab::fakes::mysql {

/// Decimals of more digits than a 64-bit number holds are stored as texts whose bytes sort like the
/// numbers: a sign, then all digits at fixed places; a negative one has its digits turned.

/// The text of a number as the column stores it, rounded half away from zero. None when it is no
/// number or has too many digits before the point.
std::optional<std::string> store_wide_decimal(std::string_view text, std::uint32_t digits,
                                              std::uint32_t scale);
/// What sorts where the number does among stored ones, and equals none that differs. None when the
/// text is no number.
std::optional<std::string> wide_decimal_bound(std::string_view text, std::uint32_t digits,
                                              std::uint32_t scale);
std::string wide_decimal_text(std::string_view stored, std::uint32_t scale);

}  // namespace shardlab::fakes::mysql
