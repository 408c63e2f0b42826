#include "tests/temporary_folder.h"

#include <filesystem>
#include <stdexcept>
#include <stdlib.h>

namespace shardlab {

TemporaryFolder::TemporaryFolder()
    : TemporaryFolder(std::filesystem::temp_directory_path().string()) {}

TemporaryFolder::TemporaryFolder(const std::string& parent)
    : path_(parent + "/shardlab-test-XXXXXX") {
  if (!mkdtemp(path_.data())) throw std::runtime_error("cannot make " + path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace shardlab
