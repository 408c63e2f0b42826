#include <fmt/format.h>

#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {

/// Runs what touches the disk. After an I/O error, a failed sync or damaged content nothing in
/// memory can be trusted to match the disk: this and every later call fails.
void Engine::Impl::watch(const std::function<void()>& body) {
  if (broken) throw *broken;
  try {
    body();
  } catch (const Error& error) {
    note(error);
    throw;
  } catch (const BugError& bug) {
    // On a disk that lied or rotted an impossible state is no bug of the program.
    if (disk.is_honest()) throw;
    note(sql_error(disk_damage, fmt::format("Database is damaged: {}", bug.what())));
    throw *broken;
  }
  if (store.is_broken()) note(sql_error(disk_error, "Disk error: a sync failed"));
}

void Engine::Impl::note(const Error& error) {
  const bool damage =
      error.sql_errno() == disk_damage || (error.code() == Errc::corrupt && !disk.is_honest());
  if (broken || !(damage || error.sql_errno() == disk_error || store.is_broken())) return;
  broken = as_sql_error(error);
  if (broken_listener) broken_listener(*broken);
}

const std::optional<Error>& Engine::broken() const { return impl_->broken; }

void Engine::on_broken(std::function<void(const Error&)> listener) {
  impl_->broken_listener = std::move(listener);
}

Duration Engine::take_delay() { return impl_->disk.take_delay(); }

}  // namespace shardlab::fakes::mysql
