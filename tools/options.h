#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "core/base/time.h"

namespace shardlab::tools {

// What several commands take.

void add_jobs_option(CLI::App& command, unsigned& jobs);
/// Without `--jobs` (0) one worker for each core.
unsigned workers_of(unsigned jobs);

void add_dir_option(CLI::App& command, std::string& folder);

/// `"60s"`; at most a year. Throws WrongUsage, naming the option.
Duration time_of(const char* option, const std::string& text);

}  // namespace shardlab::tools
