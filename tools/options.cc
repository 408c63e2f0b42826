#include "tools/options.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "scenarios/text/text_error.h"
#include "scenarios/text/units.h"
#include "tools/files.h"

namespace shardlab::tools {

void add_jobs_option(CLI::App& command, unsigned& jobs) {
  command.add_option("--jobs", jobs, "Worker processes; without it one for each core")
      ->check(CLI::Range(1, 1024));
}

unsigned workers_of(unsigned jobs) {
  return jobs > 0 ? jobs : std::max(1U, std::thread::hardware_concurrency());
}

void add_dir_option(CLI::App& command, std::string& folder) {
  command.add_option("--dir", folder, "Where found cases are saved [.shardlab]")
      ->envname("SHARDLAB_DIR");
}

Duration time_of(const char* option, const std::string& text) {
  constexpr Duration longest = std::chrono::hours(24 * 365);
  try {
    return std::min(scenarios::parse_duration(text), longest);
  } catch (const scenarios::TextError&) {
    throw WrongUsage(fmt::format("{} wants a time such as 60s or 10m, not \"{}\"", option, text));
  }
}

}  // namespace shardlab::tools
