#pragma once

#include <list>
#include <string>
#include <vector>

#include "scenarios/file/document.h"

namespace shardlab::scenarios {

/// The files of a scenario; nodes point into it.
using SourceFiles = std::list<SourceFile>;

/// The whole file, or a ScenarioError at `asked_at` (a null file there: the error names the path
/// itself).
std::string read_file(const std::string& path, const Place& asked_at);

/// The path a file means when it says `relative`: beside the file, unless absolute.
std::string path_beside(const std::string& file, const std::string& relative);

/// Reads a file and its bases into one tree, by the rules of `load_scenario`; the key `extends` is
/// gone from it.
Node read_merged(const std::string& path, SourceFiles& files);

}  // namespace shardlab::scenarios
