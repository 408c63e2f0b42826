#pragma once

#include "core/ports/clock.h"

namespace shardlab {

/// How often and at what distance something is tried again.
struct RetryPolicy {
  int attempts = 10;
  Duration pause = 1s;
  bool locks_anew = false;  ///< each try takes its own locks: a lost one is no reason to give up
};

/// Did the request have no effect, or is it safe to repeat because the caller says it is
/// idempotent.
inline bool is_transient(const Error& error) {
  constexpr int query_interrupted = 1317;  // somebody killed the statement: it did nothing
  return error.sql_errno() == query_interrupted || error.code() == Errc::unavailable ||
         error.code() == Errc::timed_out || error.code() == Errc::outcome_unknown;
}

/// Runs `make_task()` until it succeeds, at most `attempts` times; only errors that another try may
/// mend are tried again. The work must be idempotent: an outcome that is not known is repeated too.
template <class MakeTask>
Task<> retry(Clock& clock, RetryPolicy policy, MakeTask make_task) {
  for (int attempt = 1;; ++attempt) {
    auto done = co_await capture(make_task());
    if (done) co_return;
    const bool lost_lock = policy.locks_anew && done.error().code() == Errc::lock_lost;
    const bool may_work = lost_lock || is_transient(done.error());
    if (attempt == policy.attempts || !may_work) throw done.error();
    co_await clock.sleep(policy.pause);
  }
}

}  // namespace shardlab
