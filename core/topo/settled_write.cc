#include "core/topo/settled_write.h"

#include <fmt/format.h>

namespace shardlab::topo {
namespace {

/// What is there; none when nothing is. Throws the first error when it cannot be read.
Task<std::optional<TopoFile>> look(TopoConn& conn, std::string path, Error lost) {
  auto found = co_await capture(conn.get(std::move(path)));
  std::optional<TopoFile> file;
  if (found) {
    file = std::move(*found);
  } else if (found.error().code() != Errc::not_found) {
    throw lost.within(fmt::format("nor can it be read ({})", found.error().message()));
  }
  co_return file;
}

Error not_done(const std::string& path, const Error& lost) {
  return Error(Errc::unavailable, fmt::format("{} was not written: {}", path, lost.message()));
}

void tell(EventSink& events, const std::string& path, std::string_view outcome) {
  OutcomeResolved event{path, outcome};
  events.emit(event);
}

}  // namespace

Task<TopoVersion> write_settled(TopoConn& conn, EventSink& events, std::string path,
                                std::string contents, std::optional<TopoVersion> version) {
  Task<TopoVersion> write =
      version ? conn.update(path, contents, version) : conn.create(path, contents);
  auto written = co_await capture(std::move(write));
  if (written) co_return *written;
  const Error lost = written.error();
  if (lost.code() != Errc::outcome_unknown) throw lost;
  auto there = co_await look(conn, path, lost);
  const bool is_as_before = there ? version == there->version : !version;
  if (is_as_before) {
    tell(events, path, "not-done");
    throw not_done(path, lost);
  }
  if (there && there->contents == contents) {
    tell(events, path, "done");
    co_return there->version;
  }
  tell(events, path, "overtaken");
  if (!there) throw Error(Errc::not_found, fmt::format("node doesn't exist: {}", path));
  throw Error(version ? Errc::bad_version : Errc::already_exists,
              fmt::format("somebody else has written {}", path));
}

Task<> remove_settled(TopoConn& conn, EventSink& events, std::string path, TopoVersion version) {
  auto removed = co_await capture(conn.remove(path, version));
  if (removed) co_return;
  const Error lost = removed.error();
  if (lost.code() != Errc::outcome_unknown) throw lost;
  auto there = co_await look(conn, path, lost);
  if (!there) {
    tell(events, path, "done");
    co_return;
  }
  const bool is_as_before = there->version == version;
  tell(events, path, is_as_before ? "not-done" : "overtaken");
  if (is_as_before) throw not_done(path, lost);
  throw Error(Errc::bad_version, fmt::format("somebody else has written {}", path));
}

}  // namespace shardlab::topo
