#include "tools/scenario_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "scenarios/file/load.h"
#include "tools/files.h"

namespace shardlab::tools {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> scenarios_in(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  if (error) throw WrongUsage("cannot read the folder " + folder + ": " + error.message());
  std::ranges::sort(files);
  std::erase_if(files, [](const std::string& file) { return !scenarios::is_scenario(file); });
  return files;
}

}  // namespace

std::vector<std::string> scenario_files(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      for (std::string& file : scenarios_in(path)) files.push_back(std::move(file));
    } else if (fs::exists(path, ignored)) {
      files.push_back(path);
    } else {
      throw WrongUsage("cannot read " + path + ": there is no such file or folder");
    }
  }
  return files;
}

}  // namespace shardlab::tools
