#pragma once

#include <string>
#include <utility>

namespace shardlab::fakes::etcd {

/// The `range_end` that means "and every key behind".
inline const std::string no_end(1, '\0');

/// The keys that start with `prefix` are `[prefix, prefix_end(prefix))`: `"a/"` gives `"a0"`.
std::string prefix_end(std::string prefix);

inline bool is_in_range(const std::string& key, const std::string& begin, const std::string& end) {
  if (end.empty()) return key == begin;
  return key >= begin && (end == no_end || key < end);
}

/// First and last position of the range in an ordered container of keys.
template <class Keys>
auto find_range(Keys& keys, const std::string& begin, const std::string& end) {
  auto first = keys.lower_bound(begin);
  if (end == no_end) return std::pair(first, keys.end());
  if (end.empty()) return std::pair(first, keys.upper_bound(begin));
  return std::pair(first, end <= begin ? first : keys.lower_bound(end));
}

}  // namespace shardlab::fakes::etcd
