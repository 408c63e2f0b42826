#include "tests/runs/program.h"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/runs/golden_file.h"

namespace shardlab::runs {

TemporaryFolder::TemporaryFolder() {
  path_ = (std::filesystem::temp_directory_path() / "shardlab-test-XXXXXX").string();
  if (!mkdtemp(path_.data())) throw std::runtime_error("cannot make " + path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Ran run_program(const std::string& arguments, const std::string& environment) {
  const TemporaryFolder folder;
  const std::string out = folder.file("out"), err = folder.file("err");
  const std::string command =
      fmt::format("cd '{}' && {} '{}' {} >'{}' 2>'{}' </dev/null", SHARDLAB_SOURCE_DIR, environment,
                  SHARDLAB_PROGRAM, arguments, out, err);
  const int status = std::system(command.c_str());
  if (status == -1 || !WIFEXITED(status)) throw std::runtime_error("cannot run " + command);
  Ran ran;
  ran.status = WEXITSTATUS(status);
  ran.out = content_of_file(out);
  ran.err = content_of_file(err);
  return ran;
}

}  // namespace shardlab::runs
