#pragma once

#include <string>
#include <vector>

#include "scenarios/case/case.h"

namespace shardlab::tools {

/// Where found cases lie when nobody says otherwise: below `--dir`.
inline constexpr const char* default_folder = ".shardlab";

/// `".shardlab/found/3f9c1e-raw.toml"`
std::string found_path(const std::string& folder, const std::string& name);

/// Writes a case, and its draws beside it when they are many. A reader sees the old file or the new
/// one. Throws WrongUsage when it cannot be written.
void save_case(const scenarios::Case& what, const std::string& path);

/// The folder of the cases that are always played again before the scenario of that path (a file
/// or a folder): `regressions` beside the file, or in the folder.
std::string regressions_of(const std::string& path);

/// All case files in a folder and in those within it, sorted; none when there is no such folder.
/// Throws WrongUsage.
std::vector<std::string> cases_in(const std::string& folder);

/// Today, as cases keep it: `"2026-11-22"`.
std::string today();

}  // namespace shardlab::tools
