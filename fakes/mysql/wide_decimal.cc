#include "fakes/mysql/wide_decimal.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace shardlab::fakes::mysql {
namespace {

constexpr char negative_mark = '0';
constexpr char positive_mark = '1';
constexpr char end_of_negative = '~';  ///< more digits make a negative number smaller

struct Parts {
  bool negative = false;
  std::string whole;     ///< without leading zeros
  std::string fraction;  ///< without trailing ones
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<Parts> split(std::string_view text) {
  Parts parts;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    parts.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int exponent = 0;
  if (const auto mark = text.find_first_of("eE"); mark != std::string_view::npos) {
    const char* end = text.data() + text.size();
    const char* begin = text.data() + mark + (text.substr(mark + 1).starts_with('+') ? 2 : 1);
    const auto [stop, error] = std::from_chars(begin, end, exponent);
    if (error != std::errc() || stop != end || std::abs(exponent) > 99) return std::nullopt;
    text = text.substr(0, mark);
  }
  const auto point = std::min(text.find('.'), text.size());
  parts.whole = text.substr(0, point);
  parts.fraction = text.substr(std::min(point + 1, text.size()));
  if (parts.whole.empty() && parts.fraction.empty()) return std::nullopt;
  if (!std::all_of(parts.whole.begin(), parts.whole.end(), is_digit) ||
      !std::all_of(parts.fraction.begin(), parts.fraction.end(), is_digit)) {
    return std::nullopt;
  }
  for (; exponent > 0; --exponent) {
    parts.whole += parts.fraction.empty() ? '0' : parts.fraction[0];
    parts.fraction.erase(0, 1);
  }
  for (; exponent < 0; ++exponent) {
    parts.fraction.insert(0, 1, parts.whole.empty() ? '0' : parts.whole.back());
    if (!parts.whole.empty()) parts.whole.pop_back();
  }
  parts.whole.erase(0, std::min(parts.whole.find_first_not_of('0'), parts.whole.size()));
  parts.fraction.erase(parts.fraction.find_last_not_of('0') + 1);
  return parts;
}

/// Adds one to a row of digits; a carry makes it longer.
void add_one(std::string& digits) {
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    if (*digit != '9') {
      ++*digit;
      return;
    }
    *digit = '0';
  }
  digits.insert(0, 1, '1');
}

std::string encode(bool negative, std::string digits) {
  if (digits.find_first_not_of('0') == std::string::npos) negative = false;
  if (!negative) return positive_mark + digits;
  for (char& digit : digits) digit = static_cast<char>('0' + '9' - digit);
  return negative_mark + digits + end_of_negative;
}

}  // namespace

std::optional<std::string> store_wide_decimal(std::string_view text, std::uint32_t digits,
                                              std::uint32_t scale) {
  auto parts = split(text);
  if (!parts) return std::nullopt;
  const bool round_up = parts->fraction.size() > scale && parts->fraction[scale] >= '5';
  parts->fraction.resize(scale, '0');
  std::string all = parts->whole + parts->fraction;
  if (round_up) add_one(all);
  all.erase(0, std::min(all.find_first_not_of('0'), all.size()));
  if (all.size() > digits) return std::nullopt;
  all.insert(0, digits - all.size(), '0');
  return encode(parts->negative, std::move(all));
}

std::optional<std::string> wide_decimal_bound(std::string_view text, std::uint32_t digits,
                                              std::uint32_t scale) {
  auto parts = split(text);
  if (!parts) return std::nullopt;
  const std::size_t whole_digits = digits - scale;
  if (parts->whole.size() > whole_digits) return std::string(parts->negative ? "" : "2");
  if (parts->fraction.size() < scale) parts->fraction.resize(scale, '0');
  parts->whole.insert(0, whole_digits - parts->whole.size(), '0');
  return encode(parts->negative, parts->whole + parts->fraction);
}

std::string wide_decimal_text(std::string_view stored, std::uint32_t scale) {
  const bool negative = stored[0] == negative_mark;
  std::string digits(stored.substr(1));
  if (negative) {
    digits.pop_back();
    for (char& digit : digits) digit = static_cast<char>('0' + '9' - digit);
  }
  std::string fraction = digits.substr(digits.size() - scale);
  digits.resize(digits.size() - scale);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) digits = "0";
  return (negative ? "-" : "") + digits + (scale > 0 ? "." + fraction : "");
}

}  // namespace shardlab::fakes::mysql
