#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tools/sweep/worker.h"

namespace shardlab::tools {

/// What became of a job that was begun.
struct JobEnd {
  enum class How { done, threw, died };
  std::uint64_t job = 0;
  How how = How::done;
  /// done: the answer; threw: the exception's message; died: `"was killed by signal 6 (Aborted)"`.
  std::string text;
};

struct Jobs {
  std::uint64_t count = 0;
  unsigned workers = 1;
  WorkerTask task;
  /// Runs here, in any order of jobs.
  std::function<void(JobEnd)> ended;
  /// Runs here, several times a second.
  std::function<void()> waited;
};

struct JobsResult {
  enum class End { all_ended, out_of_time, interrupted };
  End end = End::all_ended;
  std::int64_t peak_kb = 0;  ///< the most memory a worker held
};

/// Has the jobs 0, 1, ... done by worker processes, begun in this order. A worker that dies costs
/// the one job it was at; a new one takes its place. Ctrl-C ends all of them at once; jobs that are
/// being done then are not heard of. No process is left behind.
JobsResult do_jobs(const Jobs& jobs);

}  // namespace shardlab::tools
