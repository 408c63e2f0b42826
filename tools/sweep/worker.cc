#include "tools/sweep/worker.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace shardlab::tools {
namespace {

/// Job, kind, text: one packet.
constexpr std::size_t head_bytes = sizeof(std::uint64_t) + 1;
constexpr std::size_t most_bytes = 64 * 1024;

std::string packet_of(const Answer& answer) {
  std::string packet(head_bytes, '\0');
  std::memcpy(packet.data(), &answer.job, sizeof answer.job);
  packet[sizeof answer.job] = static_cast<char>(answer.kind);
  return packet + answer.text.substr(0, most_bytes - head_bytes);
}

Answer answer_of(const WorkerTask& task, std::uint64_t job) {
  Answer answer{job};
  if (task.deadline && std::chrono::steady_clock::now() >= *task.deadline) {
    answer.kind = Answer::Kind::not_begun;
    return answer;
  }
  alarm(task.most_seconds);
  try {
    answer.text = task.work(job);
  } catch (const std::exception& error) {
    answer.kind = Answer::Kind::threw;
    answer.text = error.what();
  }
  return answer;
}

[[noreturn]] void serve(int socket, const WorkerTask& task, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  std::uint64_t job = 0;
  while (recv(socket, &job, sizeof job, 0) == static_cast<ssize_t>(sizeof job)) {
    const std::string packet = packet_of(answer_of(task, job));
    if (send(socket, packet.data(), packet.size(), MSG_NOSIGNAL) < 0) break;
  }
  // Without the parent's destructors and half-filled buffers.
  _exit(0);
}

[[noreturn]] void throw_system_error(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

std::string how_it_ended(int status) {
  if (!WIFSIGNALED(status)) return fmt::format("ended with status {}", WEXITSTATUS(status));
  const int number = WTERMSIG(status);
  if (number == SIGALRM) return "had no end to it, as far as one has waited";
  return fmt::format("was killed by signal {} ({})", number, strsignal(number));
}

Worker::Worker(const WorkerTask& task) {
  std::array<int, 2> ends{};
  // Packets keep their bounds, and one descriptor goes both ways.
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw_system_error("no connection to a worker");
  }
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) {
    close(ends[0]);
    serve(ends[1], task, parent);
  }
  close(ends[1]);
  socket_ = ends[0];
  if (process_ < 0) {
    const int reason = errno;
    close(socket_);
    throw std::system_error(reason, std::generic_category(), "no process for a worker");
  }
}

Worker::~Worker() {
  if (process_ > 0) end();
}

void Worker::give(std::uint64_t job) {
  open_.push_back(job);
  // A worker that is gone is noticed when its answer is awaited.
  send(socket_, &job, sizeof job, MSG_NOSIGNAL);
}

std::optional<Answer> Worker::receive() {
  std::string packet(most_bytes, '\0');
  const ssize_t got = recv(socket_, packet.data(), packet.size(), 0);
  if (got < static_cast<ssize_t>(head_bytes)) return std::nullopt;
  Answer answer;
  std::memcpy(&answer.job, packet.data(), sizeof answer.job);
  answer.kind = static_cast<Answer::Kind>(packet[sizeof answer.job]);
  answer.text = packet.substr(head_bytes, static_cast<std::size_t>(got) - head_bytes);
  if (!open_.empty()) open_.pop_front();
  return answer;
}

WorkerEnd Worker::end() {
  // What has ended by itself until now keeps its own status.
  kill(process_, SIGKILL);
  int status = 0;
  rusage used{};
  while (wait4(process_, &status, 0, &used) < 0 && errno == EINTR) {
  }
  process_ = -1;
  close(socket_);
  socket_ = -1;
  return {how_it_ended(status), used.ru_maxrss};
}

}  // namespace shardlab::tools
