#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/base/event.h"
#include "core/ports/topo_conn.h"

namespace shardlab::topo {

/// The reply to a write was lost, and reading told what became of it.
struct OutcomeResolved {
  static constexpr std::string_view kind = "OutcomeResolved";
  std::string_view path;
  /// `"done"`: what was written is there; `"not-done"`: what was there before still is;
  /// `"overtaken"`: somebody else has written.
  std::string_view outcome;
  auto fields() const {
    return std::array{EventField{"path", path}, EventField{"outcome", outcome}};
  }
};

// Writes of which the caller always learns what became of them, or that nobody can tell. Each names
// the version that it replaces: one that is late then has no effect any more.
//
// Throws Error: already_exists, bad_version, not_found (somebody else was faster: read again),
// lock_lost (of a guarded connection), unavailable (not done), outcome_unknown (the reply was lost
// and the file cannot be read either). None is sent twice.

/// Creates the file, or updates it from that version. `events` must outlive the call.
Task<TopoVersion> write_settled(TopoConn& conn, EventSink& events, std::string path,
                                std::string contents, std::optional<TopoVersion> version);

Task<> remove_settled(TopoConn& conn, EventSink& events, std::string path, TopoVersion version);

/// Another writer was faster: who reads again can go on.
inline bool is_conflict(Errc code) {
  return code == Errc::bad_version || code == Errc::already_exists || code == Errc::not_found;
}

}  // namespace shardlab::topo
