#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace shardlab::scenarios {

/// So many of something in so much time: `"20/s"` is {20, 1s}.
struct Rate {
  std::int64_t count = 0;
  Duration per = std::chrono::seconds(1);
  friend bool operator==(const Rate&, const Rate&) = default;
};

/// An IPv4 network to take addresses from: `"10.64.0.0/16"` is {0x0a400000, 16}.
struct AddressPool {
  std::uint32_t first = 0;
  int prefix_bits = 32;
  friend bool operator==(const AddressPool&, const AddressPool&) = default;
};

/// Both ends belong to it: `"100..104"` is five numbers.
struct NumberRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t size() const { return last - first + 1; }
  bool contains(std::uint64_t number) const { return first <= number && number <= last; }
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

/// `"250ms"`, `"41.2s"`, `"5m"`; units ns us ms s m h. Exact: what is finer than a nanosecond is an
/// error. All functions here throw TextError.
Duration parse_duration(std::string_view text);

/// The shortest text that `parse_duration` takes back: `"250ms"`, `"41200ms"`, `"5m"`.
std::string format_duration(Duration duration);

/// `"20/s"`, `"300/m"`, `"5/h"`; at least one.
Rate parse_rate(std::string_view text);

/// `"100..104"`, or one number `"7"`.
NumberRange parse_range(std::string_view text);

/// A share of one in millionths, from the decimal as written: `0.3` is 300000, `1` is 1000000.
std::int64_t parse_millionths(std::string_view text);

/// `"10.64.0.0/16"`; the bits behind the prefix must be zero.
AddressPool parse_address_pool(std::string_view text);

}  // namespace shardlab::scenarios
