#include "scenarios/text/units.h"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <optional>

#include "scenarios/text/text_error.h"

namespace shardlab::scenarios {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};

constexpr std::array<Unit, 6> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

constexpr std::string_view kTimeHint =
    "write a number and a unit: \"250ms\" \"41.2s\" \"5m\"; units: ns us ms s m h";
constexpr std::string_view kRateHint = "write how many in how long: \"20/s\" \"300/m\" \"5/h\"";
constexpr std::string_view kRangeHint = "write both ends: \"100..104\"";

[[noreturn]] void fail(std::string_view typed, std::string_view what, std::string_view hint) {
  throw TextError(0, typed.size(), fmt::format("\"{}\" is not {}", typed, what), std::string(hint));
}

std::optional<std::uint64_t> whole_number(std::string_view digits) {
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || rest != end || digits.empty()) return std::nullopt;
  return number;
}

/// `whole.fraction` times `scale`, only when that is a whole number.
std::optional<std::int64_t> scaled_decimal(std::string_view text, std::int64_t scale) {
  const auto dot = text.find('.');
  const auto whole = whole_number(text.substr(0, dot));
  if (!whole) return std::nullopt;
  __extension__ using Wide = __int128;
  Wide total = static_cast<Wide>(*whole) * scale;
  if (dot != std::string_view::npos) {
    const auto digits = text.substr(dot + 1);
    if (digits.size() > 15) return std::nullopt;
    const auto fraction = whole_number(digits);
    if (!fraction) return std::nullopt;
    std::int64_t ten_power = 1;
    for (std::size_t i = 0; i < digits.size(); ++i) ten_power *= 10;
    const Wide part = static_cast<Wide>(*fraction) * scale;
    if (part % ten_power != 0) return std::nullopt;
    total += part / ten_power;
  }
  if (total > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return static_cast<std::int64_t>(total);
}

}  // namespace

Duration parse_duration(std::string_view text) {
  const auto unit_at = text.find_first_not_of("0123456789.");
  if (unit_at == std::string_view::npos) fail(text, "a time", kTimeHint);
  for (const Unit& unit : kUnits) {
    if (unit.name != text.substr(unit_at)) continue;
    if (auto ns = scaled_decimal(text.substr(0, unit_at), unit.ns)) return Duration(*ns);
  }
  fail(text, "a time", kTimeHint);
}

std::string format_duration(Duration duration) {
  const std::int64_t ns = duration.count();
  if (ns == 0) return "0s";
  for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
    if (ns % unit->ns == 0) return fmt::format("{}{}", ns / unit->ns, unit->name);
  }
  return fmt::format("{}ns", ns);
}

Rate parse_rate(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) fail(text, "a rate", kRateHint);
  const auto count = whole_number(text.substr(0, slash));
  if (!count || *count == 0 || *count > 1'000'000'000) fail(text, "a rate", kRateHint);
  for (const Unit& unit : kUnits) {
    if (unit.name != text.substr(slash + 1)) continue;
    return Rate{static_cast<std::int64_t>(*count), Duration(unit.ns)};
  }
  fail(text, "a rate", kRateHint);
}

NumberRange parse_range(std::string_view text) {
  const auto dots = text.find("..");
  const auto first = whole_number(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : whole_number(text.substr(dots + 2));
  if (!first || !last) fail(text, "a range of numbers", kRangeHint);
  if (*last < *first) fail(text, "a range of numbers: it ends before it begins", kRangeHint);
  return NumberRange{*first, *last};
}

std::int64_t parse_millionths(std::string_view text) {
  constexpr std::int64_t kOne = 1'000'000;
  const auto share = scaled_decimal(text, kOne);
  if (!share || *share > kOne) {
    fail(text, "a share", "write a plain decimal from 0 to 1: 0.3 (up to six digits)");
  }
  return *share;
}

AddressPool parse_address_pool(std::string_view text) {
  constexpr std::string_view what = "a network", hint = "write it as \"10.64.0.0/16\"";
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) fail(text, what, hint);
  const auto prefix = whole_number(text.substr(slash + 1));
  if (!prefix || *prefix > 32) fail(text, what, hint);
  std::uint32_t address = 0;
  std::string_view rest = text.substr(0, slash);
  for (int part = 0; part < 4; ++part) {
    const auto dot = part < 3 ? rest.find('.') : rest.size();
    if (dot == std::string_view::npos) fail(text, what, hint);
    const auto byte = whole_number(rest.substr(0, dot));
    if (!byte || *byte > 255) fail(text, what, hint);
    address = address << 8 | static_cast<std::uint32_t>(*byte);
    rest.remove_prefix(part < 3 ? dot + 1 : dot);
  }
  const std::uint64_t host_mask = (std::uint64_t{1} << (32 - *prefix)) - 1;
  if ((address & host_mask) != 0) fail(text, "a network: bits behind the prefix are set", hint);
  return AddressPool{address, static_cast<int>(*prefix)};
}

}  // namespace shardlab::scenarios
