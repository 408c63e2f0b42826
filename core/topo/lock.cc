#include "core/topo/lock.h"

namespace shardlab::topo {
namespace {

/// An answer that was lost is asked for: what is not there any more has been given back.
Task<> unlock_part(TopoLock& lock) {
  auto unlocked = co_await capture(lock.unlock());
  if (unlocked) co_return;
  if (unlocked.error().code() != Errc::outcome_unknown) throw unlocked.error();
  auto still_there = co_await capture(lock.check());
  if (!still_there && still_there.error().code() == Errc::lock_lost) co_return;
  if (!still_there) throw unlocked.error();
  co_await lock.unlock();
}

}  // namespace

Task<> Lock::check() {
  for (const auto& [cell, part] : parts_) {
    auto held = co_await capture(part->check());
    if (!held) throw held.error().within("lost the lock of " + what_);
  }
}

Task<> Lock::unlock() {
  std::optional<Error> failure;
  // The global one last: who waits for it finds the others free.
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
    auto unlocked = co_await capture(unlock_part(*part->second));
    if (!unlocked && !failure) failure = unlocked.error();
  }
  if (failure) throw *failure;
}

TopoConn& Lock::guarded(const std::string& cell) {
  const auto part = parts_.find(cell);
  shardlab::check(part != parts_.end(), "a lock was not taken for a cell that it is used in");
  return part->second->guarded();
}

}  // namespace shardlab::topo
