#include "tools/sweep/worker_pool.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

using namespace shardlab::tools;
using namespace std::chrono_literals;

namespace {

struct Done {
  std::map<std::uint64_t, JobEnd> ends;
  JobsResult result;
};

Done do_all(std::uint64_t count, unsigned workers,
            const std::function<std::string(std::uint64_t)>& work,
            std::optional<RealTime> deadline = {}) {
  Done done;
  Jobs jobs;
  jobs.count = count;
  jobs.workers = workers;
  jobs.task = {work, deadline};
  jobs.ended = [&](const JobEnd& end) {
    INFO("job " << end.job);
    CHECK(done.ends.emplace(end.job, end).second);
  };
  done.result = do_jobs(jobs);
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);  // no child is left
  return done;
}

bool is_done(const Done& done, std::uint64_t job) {
  return done.ends.contains(job) && done.ends.at(job).how == JobEnd::How::done;
}

}  // namespace

TEST_CASE("worker pool: every job is done once, in other processes") {
  const std::string here = std::to_string(getpid());
  for (const unsigned workers : {1U, 2U, 5U}) {
    const Done done = do_all(23, workers, [](std::uint64_t) { return std::to_string(getpid()); });
    CAPTURE(workers);
    CHECK(done.result.end == JobsResult::End::all_ended);
    CHECK(done.result.peak_kb > 0);
    CHECK(done.ends.size() == 23);
    std::map<std::string, int> processes;
    for (const auto& [job, end] : done.ends) ++processes[end.text];
    CHECK(processes.size() <= workers);
    CHECK_FALSE(processes.contains(here));
  }
}

TEST_CASE("worker pool: workers have what their parent had, and change only their own") {
  std::string shared = "from the parent";
  const Done done = do_all(4, 1, [&](std::uint64_t) { return shared += "."; });
  CHECK(done.ends.at(3).text == "from the parent....");
  CHECK(shared == "from the parent");
}

TEST_CASE("worker pool: no job is no work") {
  CHECK(do_all(0, 3, [](std::uint64_t) { return ""; }).result.end == JobsResult::End::all_ended);
}

TEST_CASE("worker pool: an exception ends the job, not the worker") {
  const Done done = do_all(3, 1, [](std::uint64_t job) {
    if (job == 1) throw std::runtime_error("no such world");
    return std::to_string(getpid());
  });
  CHECK(done.ends.at(1).how == JobEnd::How::threw);
  CHECK(done.ends.at(1).text == "no such world");
  CHECK(done.ends.at(0).text == done.ends.at(2).text);
}

TEST_CASE("worker pool: a worker that dies costs the job it was at, and says how") {
  const Done done = do_all(20, 2, [](std::uint64_t job) -> std::string {
    if (job == 4) {
      std::signal(SIGABRT, SIG_DFL);  // Catch2 would report it as a failure of this test
      std::abort();
    }
    if (job == 5) raise(SIGKILL);
    if (job == 19) _exit(3);
    return "well";
  });
  CHECK(done.result.end == JobsResult::End::all_ended);
  CHECK(done.ends.size() == 20);
  CHECK(done.ends.at(4).how == JobEnd::How::died);
  CHECK(done.ends.at(4).text == "was killed by signal 6 (Aborted)");
  CHECK(done.ends.at(5).text == "was killed by signal 9 (Killed)");
  CHECK(done.ends.at(19).text == "ended with status 3");
  CHECK(std::ranges::count_if(done.ends,
                              [&](const auto& end) { return is_done(done, end.first); }) == 17);
}

TEST_CASE("worker pool: every job may cost a worker") {
  const Done done = do_all(9, 2, [](std::uint64_t) -> std::string { _exit(1); });
  CHECK(done.ends.size() == 9);
}

TEST_CASE("worker pool: when the time is up no job begins any more, the others end") {
  const auto deadline = std::chrono::steady_clock::now() + 300ms;
  const Done done = do_all(
      1'000'000, 2,
      [](std::uint64_t) {
        usleep(50'000);
        return "";
      },
      deadline);
  CHECK(done.result.end == JobsResult::End::out_of_time);
  CHECK(done.ends.size() >= 1);
  CHECK(done.ends.size() < 20);
  CHECK(done.ends.rbegin()->first < 20);

  const Done late = do_all(
      5, 2, [](std::uint64_t) { return ""; }, deadline);
  CHECK(late.result.end == JobsResult::End::out_of_time);
  CHECK(late.ends.empty());
}

TEST_CASE("worker pool: Ctrl-C ends it with what is done, and this process goes on") {
  struct sigaction before {};
  const struct sigaction by_default {};
  sigaction(SIGINT, &by_default, &before);
  const pid_t parent = getpid();
  const Done done = do_all(1'000'000, 2, [&](std::uint64_t job) -> std::string {
    if (job == 7) {
      usleep(1'000'000);  // the other worker may still be at job 0
      kill(parent, SIGINT);
    }
    if (job >= 7) usleep(60'000'000);
    return "";
  });
  sigaction(SIGINT, &before, nullptr);
  CHECK(done.result.end == JobsResult::End::interrupted);
  CHECK(done.ends.size() <= 7);
  CHECK(is_done(done, 0));
}
