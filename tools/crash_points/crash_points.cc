#include "tools/crash_points/crash_points.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <memory>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "scenarios/report/format.h"
#include "scenarios/run/runner.h"
#include "scenarios/sweep/signature.h"
#include "sim/choices.h"
#include "tools/sweep/interrupt.h"
#include "tools/sweep/progress.h"

namespace shardlab::tools {
namespace {

using scenarios::Ending;
using scenarios::WorldRecord;

/// A world that runs away is ended by its alarm.
constexpr unsigned most_seconds = 120;
constexpr Duration until_restart = 5s;
/// So many points later at most the second process dies.
constexpr std::uint64_t farthest_pair = 3000;

bool can_die(std::string_view host) { return host != "guestbook" && host != "operator"; }

/// A fork shares its parent's memory until it writes, and what that costs goes by pages: has the
/// heap lie in large ones. Where the system gives none, all is as before.
void want_large_pages() {
  constexpr std::size_t heap = 256U << 20U;  // bytes, more than most worlds take
  constexpr std::size_t large = 2U << 20U;
  mallopt(M_MMAP_THRESHOLD, INT_MAX);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  void* block = std::malloc(heap);
  if (block == nullptr) return;
  void* begin = block;
  std::size_t left = heap;
  if (std::align(large, large, begin, left) != nullptr) {
    madvise(begin, left - left % large, MADV_HUGEPAGE);
  }
  std::free(block);  // stays the program's
}

/// A fork that plays the rest of a world and tells its record through a pipe.
struct Child {
  pid_t process = -1;
  int pipe = -1;
  std::vector<CrashPoint> points;
  std::string bytes;
};

class Enumeration {
 public:
  explicit Enumeration(const CrashPlan& plan)
      : plan_(plan), began_(std::chrono::steady_clock::now()), choices_(plan.seed) {}

  CrashResult play() {
    scenarios::RunOptions options;
    options.seed = plan_.seed;
    options.at_send = [this](const scenarios::SendPoint& at) { return pass(at); };
    const WorldRecord record = record_of(run_scenario(plan_.scenario, std::move(options)));
    if (is_child_) answer(record);
    result_.calm = record;
    while (!children_.empty()) wait_for_one();
    result_.real = std::chrono::steady_clock::now() - began_;
    return std::move(result_);
  }

 private:
  std::optional<scenarios::FaultSpec> pass(const scenarios::SendPoint& at) {
    if (!can_die(at.host)) return std::nullopt;
    if (is_child_) return pass_in_child(at);
    CrashPoint point{++result_.points, std::string(at.host), std::string(at.process), at.nth,
                     std::string(at.step)};
    ++result_.by_process[point.process];
    ++result_.by_step[point.step];
    // Drawn for every point, so that trying fewer of them changes no other.
    const std::uint64_t second = choices_.draw("crash_points.second", farthest_pair);
    if (point.number % plan_.every != 0 || is_over()) return std::nullopt;
    while (children_.size() >= plan_.workers) wait_for_one();
    return branch(std::move(point), second);
  }

  bool is_over() {
    if (interrupt_.descriptor() >= 0) {
      pollfd key{interrupt_.descriptor(), POLLIN, 0};
      if (poll(&key, 1, 0) > 0) result_.was_interrupted = true;
    }
    const bool is_late = plan_.time && std::chrono::steady_clock::now() >= began_ + *plan_.time;
    if (is_late || result_.was_interrupted) result_.is_complete = false;
    return !result_.is_complete;
  }

  /// Returns twice: in the parent without a fault.
  std::optional<scenarios::FaultSpec> branch(CrashPoint point, std::uint64_t second) {
    int ends[2];
    const auto failed = [](const char* what) {
      return std::system_error(errno, std::generic_category(), what);
    };
    if (pipe2(ends, O_CLOEXEC) != 0) throw failed("no pipe to a world");
    const pid_t parent = getpid();
    const pid_t process = fork();
    if (process < 0) throw failed("no process for a world");
    if (process == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(1);
      alarm(most_seconds);
      close(ends[0]);
      is_child_ = true;
      answer_to_ = ends[1];
      if (plan_.has_pairs) second_in_ = 1 + second;
      return fault_at(point);
    }
    close(ends[1]);
    children_.push_back({process, ends[0], {std::move(point)}, ""});
    return std::nullopt;
  }

  std::optional<scenarios::FaultSpec> pass_in_child(const scenarios::SendPoint& at) {
    if (second_in_ == 0 || --second_in_ > 0) return std::nullopt;
    second_ =
        CrashPoint{0, std::string(at.host), std::string(at.process), at.nth, std::string(at.step)};
    scenarios::FaultSpec fault = fault_at(*second_);
    fault.id = "second";
    return fault;
  }

  [[noreturn]] void answer(const WorldRecord& record) {
    std::string bytes = second_ ? fmt::format("{}\n{}\n{}\n{}\n", second_->host, second_->process,
                                              second_->nth, second_->step)
                                : "\n";
    bytes += encode(record);
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t got = write(answer_to_, bytes.data() + sent, bytes.size() - sent);
      if (got <= 0) _exit(1);
      sent += static_cast<std::size_t>(got);
    }
    _exit(0);  // without the parent's destructors and half-filled buffers
  }

  void wait_for_one() {
    std::vector<pollfd> pipes;
    for (const Child& child : children_) pipes.push_back({child.pipe, POLLIN, 0});
    poll(pipes.data(), pipes.size(), 1000);
    for (std::size_t i = pipes.size(); i-- > 0;) {
      if (pipes[i].revents == 0) continue;
      if (read_some(children_[i])) continue;
      finish(children_[i]);
      children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    progress_.tell([this] { return status(); });
  }

  /// False at the end.
  static bool read_some(Child& child) {
    char part[1 << 14];
    const ssize_t got = read(child.pipe, part, sizeof part);
    if (got > 0) child.bytes.append(part, static_cast<std::size_t>(got));
    return got > 0;
  }

  void finish(Child& child) {
    close(child.pipe);
    int status = 0;
    while (waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
    }
    if (result_.was_interrupted) return;
    WorldRecord record;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      record = read_answer(child);
    } else {
      record = scenarios::record_of_failure(plan_.seed, "its process " + how_it_ended(status));
    }
    ++result_.worlds;
    take(std::move(child.points), std::move(record));
  }

  static WorldRecord read_answer(Child& child) {
    std::string_view rest = child.bytes;
    const auto line = [&rest] {
      const std::size_t end = rest.find('\n');
      const std::string text(rest.substr(0, end));
      rest.remove_prefix(end + 1);
      return text;
    };
    CrashPoint second;
    second.host = line();
    if (!second.host.empty()) {
      second.process = line();
      second.nth = std::stoull(line());
      second.step = line();
      child.points.push_back(std::move(second));
    }
    return scenarios::decode_world_record(rest);
  }

  void take(std::vector<CrashPoint> points, WorldRecord record) {
    if (record.ending == Ending::held) {
      ++result_.held;
      return;
    }
    std::string signature = scenarios::signature_of(record.detail);
    for (CrashFinding& finding : result_.findings) {
      if (finding.record.ending != record.ending || finding.record.property != record.property ||
          finding.signature != signature)
        continue;
      ++finding.worlds;
      return;
    }
    result_.findings.push_back({std::move(points), std::move(record), std::move(signature), 1});
  }

  /// `"1,204 worlds of 1,310 points so far · 28.1/s · 0 not held"`
  std::string status() const {
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    return fmt::format("{} worlds of {} points so far · {:.1f}/s · {} not held",
                       scenarios::format_count(result_.worlds),
                       scenarios::format_count(result_.points),
                       static_cast<double>(result_.worlds) / seconds,
                       scenarios::format_count(result_.worlds - result_.held));
  }

  const CrashPlan& plan_;
  const RealTime began_;
  sim::Choices choices_;
  CrashResult result_;
  std::vector<Child> children_;
  Interrupt interrupt_;
  Progress progress_;
  // In a child.
  bool is_child_ = false;
  int answer_to_ = -1;
  std::uint64_t second_in_ = 0;  ///< points; 0: not at all, or it has died
  std::optional<CrashPoint> second_;
};

}  // namespace

std::string CrashPoint::text() const {
  return fmt::format("{}/{} before message {}, in {}", host, process, scenarios::format_count(nth),
                     step);
}

scenarios::FaultSpec fault_at(const CrashPoint& point) {
  scenarios::FaultSpec fault;
  fault.id = "first";
  fault.kind = scenarios::find_fault_kind("crash");
  fault.target = scenarios::FaultTarget{"", point.host, point.process};
  fault.trigger.on = scenarios::FaultTrigger::On::event;
  fault.trigger.event = scenarios::find_event_name("process.sends");
  fault.trigger.where = {{"host", point.host}, {"process", point.process}};
  fault.trigger.nth = point.nth;
  fault.length = until_restart;
  return fault;
}

CrashResult try_crash_points(const CrashPlan& plan) {
  want_large_pages();
  return Enumeration(plan).play();
}

}  // namespace shardlab::tools
