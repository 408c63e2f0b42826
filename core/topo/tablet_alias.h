#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"

namespace shardlab::topo {

/// The name of a tablet: its cell and a number unique in that cell. `"test-0000000100"`.
/// Ordered by cell, then number. Source: Vitess proto/topodata.proto `TabletAlias`.
struct TabletAlias {
  TabletAlias() = default;
  TabletAlias(std::string cell, std::uint32_t uid) : cell(std::move(cell)), uid(uid) {}

  /// No tablet at all, as in a shard without a primary.
  bool empty() const { return cell.empty() && uid == 0; }

  std::string cell;
  std::uint32_t uid = 0;
  friend bool operator==(const TabletAlias&, const TabletAlias&) = default;
  friend auto operator<=>(const TabletAlias&, const TabletAlias&) = default;
};

/// `{"test", 100}` -> `"test-0000000100"`.
std::string to_string(const TabletAlias& alias);

/// Errors: invalid_argument `invalid tablet alias: 'X', expecting format: '<cell>-<uid>'`.
/// Source: Vitess go/vt/topo/topoproto/tablet.go `ParseTabletAlias`.
Result<TabletAlias> parse_tablet_alias(std::string_view text);

}  // namespace shardlab::topo
