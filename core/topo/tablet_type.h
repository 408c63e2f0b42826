#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace shardlab::topo {

/// What a tablet is for, with the numbers of Vitess's records. The code says primary; every text a
/// person or a record sees says `MASTER`.
/// Source: Vitess proto/topodata.proto `TabletType`.
enum class TabletType {
  unknown = 0,
  primary = 1,
  replica = 2,
  rdonly = 3,
  spare = 4,
  experimental = 5,
  backup = 6,
  restore = 7,
  drained = 8,
};

inline constexpr std::array all_tablet_types{
    TabletType::unknown, TabletType::primary, TabletType::replica,
    TabletType::rdonly,  TabletType::spare,   TabletType::experimental,
    TabletType::backup,  TabletType::restore, TabletType::drained};

/// The types a serving graph has a partition for, in the order of their numbers.
inline constexpr std::array served_tablet_types{TabletType::primary, TabletType::replica,
                                                TabletType::rdonly};

/// As in records and errors: `"MASTER"`, `"RDONLY"`.
std::string to_upper_text(TabletType type);
/// As in listings and command lines: `"master"`, `"rdonly"`.
std::string to_lower_text(TabletType type);

/// Reads a type in any case; `primary` is accepted for master and `batch` for rdonly.
/// Errors: invalid_argument `unknown TabletType X`.
Result<TabletType> parse_tablet_type(std::string_view text);

/// Does a tablet of this type answer queries (MASTER, REPLICA, RDONLY, EXPERIMENTAL, DRAINED).
bool is_running_query_service(TabletType type);
/// Does it serve a binlog stream to filtered replication (MASTER, REPLICA, RDONLY).
bool is_running_update_stream(TabletType type);
/// May traffic be served for this type at all (MASTER, REPLICA, RDONLY).
bool is_in_serving_graph(TabletType type);
/// May a primary count on its semi-sync acknowledgement (MASTER, REPLICA).
bool is_semi_sync_acker(TabletType type);
/// Is the change allowed without a reparent: among REPLICA, RDONLY, SPARE, BACKUP, EXPERIMENTAL and
/// DRAINED, and from RESTORE to SPARE; never from or to MASTER.
/// Source: Vitess go/vt/topo/tablet.go `IsTrivialTypeChange`.
bool is_trivial_type_change(TabletType from, TabletType to);

}  // namespace shardlab::topo
