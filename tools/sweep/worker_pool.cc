#include "tools/sweep/worker_pool.h"

#include <algorithm>
#include <memory>
#include <poll.h>
#include <vector>

#include "tools/sweep/interrupt.h"

namespace shardlab::tools {
namespace {

constexpr int wait_ms = 200;

class Pool {
 public:
  explicit Pool(const Jobs& jobs) : jobs_(jobs) {}

  JobsResult play() {
    for (;;) {
      hand_out();
      if (workers_.empty()) break;
      wait();
      if (is_interrupted_) break;
      if (jobs_.waited) jobs_.waited();
    }
    while (!workers_.empty()) end(workers_.size() - 1);
    if (is_interrupted_) {
      result_.end = JobsResult::End::interrupted;
    } else if (left() > 0 || is_out_of_time_) {
      result_.end = JobsResult::End::out_of_time;
    }
    return result_;
  }

 private:
  std::uint64_t left() const { return jobs_.count - next_ + returned_.size(); }

  bool may_begin() const {
    const auto& deadline = jobs_.task.deadline;
    return left() > 0 && (!deadline || std::chrono::steady_clock::now() < *deadline);
  }

  /// Every worker has a job and, while there are plenty, another one to go on with at once.
  void hand_out() {
    while (may_begin()) {
      const auto idlest = std::ranges::min_element(
          workers_, {}, [](const auto& worker) { return worker->open().size(); });
      const bool all_busy = idlest == workers_.end() || !(*idlest)->open().empty();
      if (all_busy && workers_.size() < jobs_.workers) {
        workers_.push_back(std::make_unique<Worker>(jobs_.task));
        workers_.back()->give(take());
        continue;
      }
      const std::size_t most_open = left() > workers_.size() ? 2 : 1;
      if ((*idlest)->open().size() >= most_open) return;
      (*idlest)->give(take());
    }
    end_idle();
  }

  /// Called when nothing is to be begun any more.
  void end_idle() {
    for (std::size_t i = workers_.size(); i-- > 0;) {
      if (workers_[i]->open().empty()) end(i);
    }
  }

  std::uint64_t take() {
    if (returned_.empty()) return next_++;
    const std::uint64_t job = returned_.front();
    returned_.pop_front();
    return job;
  }

  void wait() {
    std::vector<pollfd> watched;
    for (const auto& worker : workers_) watched.push_back({worker->descriptor(), POLLIN, 0});
    watched.push_back({interrupt_.descriptor(), POLLIN, 0});
    if (poll(watched.data(), watched.size(), wait_ms) <= 0) return;
    is_interrupted_ = watched.back().revents != 0;
    // From the back, since a worker that died is taken out.
    for (std::size_t i = workers_.size(); i-- > 0;) {
      if (watched[i].revents != 0) hear(i);
    }
  }

  void hear(std::size_t index) {
    const std::optional<Answer> answer = workers_[index]->receive();
    if (!answer) return bury(index);
    if (answer->kind == Answer::Kind::not_begun) {
      is_out_of_time_ = true;
      return;
    }
    const bool is_done = answer->kind == Answer::Kind::done;
    jobs_.ended({answer->job, is_done ? JobEnd::How::done : JobEnd::How::threw, answer->text});
  }

  /// The job it was at is lost, what it should have done next is not.
  void bury(std::size_t index) {
    const std::deque<std::uint64_t> open = workers_[index]->open();
    const std::string how = end(index);
    if (open.empty()) return;
    returned_.insert(returned_.begin(), open.begin() + 1, open.end());
    jobs_.ended({open.front(), JobEnd::How::died, how});
  }

  std::string end(std::size_t index) {
    const WorkerEnd ended = workers_[index]->end();
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(index));
    result_.peak_kb = std::max(result_.peak_kb, ended.peak_kb);
    return ended.how;
  }

  const Jobs& jobs_;
  Interrupt interrupt_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::uint64_t next_ = 0;
  std::deque<std::uint64_t> returned_;
  bool is_interrupted_ = false;
  bool is_out_of_time_ = false;
  JobsResult result_;
};

}  // namespace

JobsResult do_jobs(const Jobs& jobs) { return Pool(jobs).play(); }

}  // namespace shardlab::tools
