#include "core/worker/number_text.h"

#include <charconv>
#include <fmt/format.h>

#include "core/base/error.h"

namespace shardlab::worker {
namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The value 0.DIGITS * 10^exponent; no digits mean zero. Without zeros at either end it is unique.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;
};

Error not_a_number(std::string_view text) {
  return Error(Errc::invalid_argument, fmt::format("'{}' is not a number", text));
}

Decimal parse_decimal(const std::string_view text) {
  Decimal decimal;
  std::string_view rest = text;
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) {
    decimal.negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  const auto e = rest.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view power = rest.substr(e + 1);
    if (!power.empty() && power[0] == '+') power.remove_prefix(1);
    const auto exponent = parse_whole<std::int32_t>(power);
    if (!exponent) throw not_a_number(text);
    decimal.exponent = *exponent;
    rest = rest.substr(0, e);
  }
  const auto point = rest.find('.');
  const std::string_view whole = rest.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : rest.substr(point + 1);
  decimal.digits = std::string(whole) + std::string(fraction);
  if (decimal.digits.empty() ||
      decimal.digits.find_first_not_of("0123456789") != std::string::npos) {
    throw not_a_number(text);
  }
  decimal.exponent += static_cast<std::int64_t>(whole.size());
  const auto first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal();
  decimal.exponent -= static_cast<std::int64_t>(first);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  decimal.digits.erase(0, first);
  return decimal;
}

std::strong_ordering compare_magnitudes(const Decimal& a, const Decimal& b) {
  if (a.digits.empty() || b.digits.empty()) return a.digits.size() <=> b.digits.size();
  if (a.exponent != b.exponent) return a.exponent <=> b.exponent;
  return a.digits <=> b.digits;
}

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  const auto signed_a = parse_whole<std::int64_t>(a);
  const auto signed_b = parse_whole<std::int64_t>(b);
  if (signed_a && signed_b) return *signed_a <=> *signed_b;
  const Decimal left = parse_decimal(a);
  const Decimal right = parse_decimal(b);
  if (left.negative != right.negative) {
    return left.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return left.negative ? compare_magnitudes(right, left) : compare_magnitudes(left, right);
}

std::optional<std::int64_t> parse_fixed(std::string_view text, int decimals) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  std::string digits(text.substr(0, point));
  int fraction = 0;
  if (point != std::string_view::npos) {
    digits += text.substr(point + 1);
    fraction = static_cast<int>(text.size() - point - 1);
  }
  if (fraction > decimals || digits.size() + (decimals - fraction) > 18) return std::nullopt;
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  const auto number = parse_whole<std::int64_t>(digits);
  if (!number) return std::nullopt;
  const std::int64_t scaled = *number * power_of_ten(decimals - fraction);
  return negative ? -scaled : scaled;
}

std::string format_fixed(std::int64_t number, int decimals) {
  const std::int64_t unit = power_of_ten(decimals);
  const std::int64_t magnitude = number < 0 ? -number : number;
  std::string text = fmt::format("{}{}", number < 0 ? "-" : "", magnitude / unit);
  if (magnitude % unit == 0) return text;
  text += fmt::format(".{:0{}}", magnitude % unit, decimals);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace shardlab::worker
