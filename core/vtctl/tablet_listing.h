#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/topo/tablet_alias.h"
#include "core/topo/tablet_type.h"

namespace shardlab::vtctl {

/// What a listing shows of a tablet.
struct TabletListing {
  topo::TabletAlias alias;
  std::string keyspace;
  std::string shard;
  topo::TabletType type = topo::TabletType::unknown;
  std::string host;
  std::uint16_t vt_port = 0;
  std::string mysql_host;
  std::uint16_t mysql_port = 0;
  std::map<std::string, std::string> tags;
};

/// The line of ListAllTablets, without a newline:
/// `test-0000000200 test_keyspace -80 master 10.64.0.7:15002 10.64.0.7:3306 []`, tags as
/// `[drain_reason: "Used by vtworker" worker: "http://..."]`, `<null>` for no keyspace or shard.
/// Source: Vitess go/vt/vtctl/vtctl.go `fmtTabletAwkable`.
std::string format_tablet(const TabletListing& tablet);

}  // namespace shardlab::vtctl
