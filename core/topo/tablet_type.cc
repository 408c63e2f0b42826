#include "core/topo/tablet_type.h"

#include <fmt/format.h>

namespace shardlab::topo {
namespace {

constexpr std::array<std::string_view, 9> upper_names{"UNKNOWN", "MASTER",  "REPLICA",
                                                      "RDONLY",  "SPARE",   "EXPERIMENTAL",
                                                      "BACKUP",  "RESTORE", "DRAINED"};

char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper_case(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool changes_freely(TabletType type) {
  return type == TabletType::replica || type == TabletType::rdonly || type == TabletType::spare ||
         type == TabletType::backup || type == TabletType::experimental ||
         type == TabletType::drained;
}

}  // namespace

std::string to_upper_text(TabletType type) {
  return std::string(upper_names.at(static_cast<std::size_t>(type)));
}

std::string to_lower_text(TabletType type) {
  std::string text = to_upper_text(type);
  for (char& c : text) c = lower_case(c);
  return text;
}

Result<TabletType> parse_tablet_type(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = upper_case(c);
  if (upper == "PRIMARY") return TabletType::primary;
  if (upper == "BATCH") return TabletType::rdonly;
  for (TabletType type : all_tablet_types) {
    if (upper == upper_names[static_cast<std::size_t>(type)]) return type;
  }
  return Error(Errc::invalid_argument, fmt::format("unknown TabletType {}", text));
}

bool is_running_query_service(TabletType type) {
  return is_in_serving_graph(type) || type == TabletType::experimental ||
         type == TabletType::drained;
}

bool is_running_update_stream(TabletType type) { return is_in_serving_graph(type); }

bool is_in_serving_graph(TabletType type) {
  return type == TabletType::primary || type == TabletType::replica || type == TabletType::rdonly;
}

bool is_semi_sync_acker(TabletType type) {
  return type == TabletType::primary || type == TabletType::replica;
}

bool is_trivial_type_change(TabletType from, TabletType to) {
  if (from == TabletType::restore) return to == TabletType::spare;
  return changes_freely(from) && changes_freely(to);
}

}  // namespace shardlab::topo
