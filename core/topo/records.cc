#include "core/topo/records.h"

#include <fmt/format.h>

#include "core/topo/tablet_alias.h"
#include "core/topo/tablet_type.h"

namespace shardlab::topo {

std::string alias_text(const topodata::TabletAlias& alias) {
  return fmt::format("{}-{:010}", alias.cell(), alias.uid());
}

bool same_alias(const topodata::TabletAlias& a, const topodata::TabletAlias& b) {
  return a.cell() == b.cell() && a.uid() == b.uid();
}

bool is_zero(const topodata::TabletAlias& alias) { return alias.cell().empty() && !alias.uid(); }

topodata::TabletAlias parse_alias(const std::string& text) {
  const TabletAlias parsed = parse_tablet_alias(text).value();
  topodata::TabletAlias alias;
  alias.set_cell(parsed.cell);
  alias.set_uid(parsed.uid);
  return alias;
}

std::string type_text(topodata::TabletType type) {
  return to_lower_text(static_cast<TabletType>(type));
}

std::string type_name(topodata::TabletType type) {
  return to_upper_text(static_cast<TabletType>(type));
}

std::string tablet_address(const topodata::Tablet& tablet) {
  return fmt::format("{}:{}", tablet.hostname(), tablet.vt_port());
}

std::string mysql_address(const topodata::Tablet& tablet) {
  return fmt::format("{}:{}", tablet.mysql_hostname(), tablet.mysql_port());
}

std::string database_name(const topodata::Tablet& tablet) {
  return tablet.db_name_override().empty() ? "vt_" + tablet.keyspace() : tablet.db_name_override();
}

bool runs_query_service(topodata::TabletType type) {
  return is_running_query_service(static_cast<TabletType>(type));
}

topodata::KeyRange to_proto(const key::KeyRange& range) {
  topodata::KeyRange record;
  record.set_start(range.start);
  record.set_end(range.end);
  return record;
}

key::KeyRange from_proto(const topodata::KeyRange& range) {
  return key::KeyRange(range.start(), range.end());
}

}  // namespace shardlab::topo
