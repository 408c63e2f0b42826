#include "core/topo/tablet_alias.h"

#include <charconv>
#include <fmt/format.h>

namespace shardlab::topo {

std::string to_string(const TabletAlias& alias) {
  return fmt::format("{}-{:010}", alias.cell, alias.uid);
}

Result<TabletAlias> parse_tablet_alias(std::string_view text) {
  const Error invalid(
      Errc::invalid_argument,
      fmt::format("invalid tablet alias: '{}', expecting format: '<cell>-<uid>'", text));
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return invalid;
  // A second dash ends up in the number and is refused there.
  const std::string_view digits = text.substr(dash + 1);
  std::uint32_t uid = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), uid);
  if (error != std::errc() || end != digits.data() + digits.size()) return invalid;
  return TabletAlias(std::string(text.substr(0, dash)), uid);
}

}  // namespace shardlab::topo
