#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace shardlab::tidy {

/// Names that are banned for one reason, which says what to do instead.
struct Ban {
  std::string_view why;
  std::string_view names;  ///< separated by blanks
};

inline constexpr std::string_view draw = "every choice is a named draw";
inline constexpr std::string_view virtual_time = "time comes from the loop or from the clock port";
inline constexpr std::string_view one_thread = "a run has one thread";
inline constexpr std::string_view on_executor =
    "coroutines run on the executor they were spawned on";
inline constexpr std::string_view real_io = "real I/O on a simulated context starts a thread";
inline constexpr std::string_view structured =
    "children are structured: TaskGroup, join_all, until";
inline constexpr std::string_view terminal = "a run touches no files and no terminal";
inline constexpr std::string_view environment = "machine and environment decide nothing";
inline constexpr std::string_view file_order = "a directory has no order; sort what it lists";
inline constexpr std::string_view locales = "depends on the locale; fmt and from_chars do not";
inline constexpr std::string_view build_moment = "two builds of one source are the same";
inline constexpr std::string_view addresses = "its values differ between libraries and runs";
inline constexpr std::string_view generated = "the same source must run everywhere";

/// Whether the blank-separated list holds the name.
constexpr bool holds(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == name) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// The reason, or nothing.
template <std::size_t n>
constexpr std::string_view find_ban(const Ban (&bans)[n], std::string_view name) {
  for (const Ban& ban : bans) {
    if (holds(ban.names, name)) return ban.why;
  }
  return {};
}

}  // namespace shardlab::tidy
