#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/situations/pattern.h"

namespace shardlab::scenarios::situations {

/// Something that must happen in some run of many, or the runs do not try what they should.
struct Situation {
  std::string name;   ///< `"frozen-reached"`
  std::string about;  ///< half a sentence: when it is reached
  Pattern pattern;
  /// So many worlds are enough to expect it in one of them.
  std::uint64_t enough_worlds = usual_worlds;

  static constexpr std::uint64_t usual_worlds = 100;
};

/// How rare a situation may be.
inline constexpr std::uint64_t rare = 2'000, very_rare = 20'000;

/// Situations about one thing; a scenario can ask for all of them by the theme's name.
struct Theme {
  std::string_view name;   ///< `"cutover"`
  std::string_view about;  ///< half a sentence
  std::vector<Situation> situations;
};

/// All there are, in the order of the procedure.
const std::vector<Theme>& themes();
/// Null for an unknown name.
const Theme* find_theme(std::string_view name);
const Situation* find_situation(std::string_view name);

// The themes, a file each.

Theme clone_theme();
Theme diff_theme();
Theme streams_theme();
Theme servers_theme();
Theme migrations_theme();
Theme cutover_theme();
Theme topology_theme();
Theme etcd_theme();
Theme operators_theme();
Theme visitors_theme();
Theme data_theme();
Theme faults_theme();

}  // namespace shardlab::scenarios::situations
