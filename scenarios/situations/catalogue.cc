#include "scenarios/situations/catalogue.h"

#include <algorithm>

namespace shardlab::scenarios::situations {

const std::vector<Theme>& themes() {
  static const std::vector<Theme> all{
      clone_theme(),      diff_theme(),     streams_theme(),  servers_theme(),
      migrations_theme(), cutover_theme(),  topology_theme(), etcd_theme(),
      operators_theme(),  visitors_theme(), data_theme(),     faults_theme(),
  };
  return all;
}

const Theme* find_theme(std::string_view name) {
  const auto found = std::ranges::find(themes(), name, &Theme::name);
  return found == themes().end() ? nullptr : &*found;
}

const Situation* find_situation(std::string_view name) {
  for (const Theme& theme : themes()) {
    const auto found = std::ranges::find(theme.situations, name, &Situation::name);
    if (found != theme.situations.end()) return &*found;
  }
  return nullptr;
}

}  // namespace shardlab::scenarios::situations
