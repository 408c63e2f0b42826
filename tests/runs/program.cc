#include "tests/runs/program.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/runs/golden_file.h"

namespace shardlab::runs {

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

namespace {

/// `"S 815 ..."`: state and parent of a process, and more; empty when there is none.
std::string status_of(const std::filesystem::path& process) {
  std::ifstream in(process / "stat");
  const std::string line{std::istreambuf_iterator<char>(in), {}};
  // "4711 (name) S 815 ...", and a name may have brackets and spaces.
  const std::size_t end = line.rfind(')');
  return end == std::string::npos || line.size() < end + 5 ? "" : line.substr(end + 2);
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
    const int process = std::atoi(entry.path().filename().c_str());
    if (process <= 0) continue;
    const std::string status = status_of(entry.path());
    if (!status.empty() && std::atoi(status.c_str() + 1) == parent) children.push_back(process);
  }
  return children;
}

}  // namespace

bool is_running(pid_t process) {
  const std::string status = status_of(fmt::format("/proc/{}", process));
  return !status.empty() && status[0] != 'Z' && status[0] != 'X';
}

RunningProgram::RunningProgram(const std::string& arguments) {
  const std::string command =
      fmt::format("cd '{}' && exec '{}' {} >'{}' 2>'{}' </dev/null", SHARDLAB_SOURCE_DIR,
                  SHARDLAB_PROGRAM, arguments, folder_.file("out"), folder_.file("err"));
  process_ = fork();
  if (process_ < 0) throw std::runtime_error("cannot run " + command);
  if (process_ > 0) return;
  // Whatever started the tests may have had Ctrl-C ignored.
  std::signal(SIGINT, SIG_DFL);
  execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  _exit(127);
}

RunningProgram::~RunningProgram() {
  if (process_ <= 0) return;
  signal(SIGKILL);
  waitpid(process_, nullptr, 0);
}

std::vector<pid_t> RunningProgram::children(std::size_t at_least) const {
  for (int tries = 0; tries < 3000; ++tries) {
    std::vector<pid_t> found = children_of(process_);
    if (found.size() >= at_least) return found;
    usleep(10'000);
  }
  throw std::runtime_error("the program has too few children");
}

void RunningProgram::signal(int number) const { kill(process_, number); }

Ran RunningProgram::finish() {
  int status = 0;
  waitpid(process_, &status, 0);
  process_ = -1;
  if (!WIFEXITED(status)) throw std::runtime_error("the program was killed");
  return {WEXITSTATUS(status), content_of_file(folder_.file("out")),
          content_of_file(folder_.file("err"))};
}

}  // namespace shardlab::runs
