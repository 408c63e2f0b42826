#pragma once

#include <string>

namespace shardlab::runs {

/// What a run of the program left behind.
struct Ran {
  int status = 0;
  std::string out;  ///< standard output
  std::string err;  ///< standard error
};

/// Runs `shardlab ARGUMENTS` from the top of the sources, as a shell would, in a process of its
/// own: `run_program("run scenarios/files/guide.toml --seed 7")`. `environment`: `"TZ=Asia/Tokyo"`.
Ran run_program(const std::string& arguments, const std::string& environment = "");

/// A new empty folder for what a test writes; it is gone with this.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace shardlab::runs
