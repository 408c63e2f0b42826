#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "tests/temporary_folder.h"

namespace shardlab::runs {

using shardlab::TemporaryFolder;

/// What a run of the program left behind.
struct Ran {
  int status = 0;
  std::string out;  ///< standard output
  std::string err;  ///< standard error
};

/// Runs `shardlab ARGUMENTS` from the top of the sources, as a shell would, in a process of its
/// own: `run_program("run scenarios/files/guide.toml --seed 7")`. `environment`: `"TZ=Asia/Tokyo"`.
Ran run_program(const std::string& arguments, const std::string& environment = "");

/// `shardlab ARGUMENTS` while it runs, from the top of the sources.
class RunningProgram {
 public:
  explicit RunningProgram(const std::string& arguments);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  /// Its child processes, as soon as there are so many; fails after half a minute.
  std::vector<pid_t> children(std::size_t at_least) const;
  void signal(int number) const;
  /// Waits for the end. Once only.
  Ran finish();

 private:
  TemporaryFolder folder_;
  pid_t process_ = -1;
};

/// Not for one that has ended, also if nobody took note of it yet.
bool is_running(pid_t process);

}  // namespace shardlab::runs
