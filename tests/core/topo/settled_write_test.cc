#include "core/topo/settled_write.h"

#include <catch2/catch.hpp>

#include "tests/core/scripted_world.h"

namespace shardlab::topo {
namespace {

using tests::ProcessPorts;
using tests::TestWorld;

/// A server with one file, which loses the reply to the first write.
class LossyServer final : public TopoConn {
 public:
  enum class Fate { done, not_done, overtaken };

  Task<TopoVersion> create(std::string path, std::string contents) override {
    return update(std::move(path), std::move(contents), std::nullopt);
  }
  Task<TopoVersion> update(std::string, std::string contents,
                           std::optional<TopoVersion> version) override {
    ++writes;
    CHECK(version == (file ? std::optional(file->version) : std::nullopt));
    if (fate != Fate::not_done) file = TopoFile(std::move(contents), next_version());
    lose();
    co_return file->version;
  }
  Task<TopoFile> get(std::string) override {
    if (is_cut_off) throw Error(Errc::timed_out, "no answer");
    if (!file) throw Error(Errc::not_found, "no file");
    co_return *file;
  }
  Task<> remove(std::string, std::optional<TopoVersion> version) override {
    ++writes;
    CHECK(version == file->version);
    if (fate != Fate::not_done) file.reset();
    lose();
    co_return;
  }
  Task<std::vector<std::string>> list_dir(std::string) override {
    co_return std::vector<std::string>();
  }
  Task<std::unique_ptr<TopoLock>> lock(std::string, std::string, Duration) override {
    co_return nullptr;
  }
  std::unique_ptr<TopoWatch> watch(std::string) override { return nullptr; }

  std::optional<TopoFile> file;
  Fate fate = Fate::done;
  bool is_cut_off = false;
  int writes = 0;

 private:
  std::string next_version() { return std::to_string(++versions_); }
  void lose() {
    if (fate == Fate::overtaken) file = TopoFile("another's", next_version());
    throw Error(Errc::outcome_unknown, "the reply is lost");
  }
  int versions_ = 1;
};

struct Told final : EventSink {
  void record(std::string_view, std::span<const EventField> fields) override {
    outcome = std::get<std::string_view>(fields[1].data);
  }
  std::string outcome;
};

Task<> write_to(LossyServer& server, Told& told, std::optional<TopoVersion> version,
                std::string& result) {
  auto written = co_await capture(write_settled(server, told, "x", "ours", std::move(version)));
  result = written ? "ok " + *written : std::string(to_string(written.error().code()));
}

Task<> remove_from(LossyServer& server, Told& told, std::string& result) {
  auto removed = co_await capture(remove_settled(server, told, "x", "1"));
  result = removed ? "ok" : std::string(to_string(removed.error().code()));
}

/// What a write of a file comes to, and what is told; it is sent once.
std::string written(LossyServer& server, bool is_there) {
  TestWorld world;
  Told told;
  std::string result;
  std::optional<TopoVersion> version;
  if (is_there) server.file = TopoFile("before", *(version = "1"));
  world.run([&](ProcessPorts&) { return write_to(server, told, version, result); });
  CHECK(server.writes == 1);
  return result + "; " + told.outcome;
}

std::string removed(LossyServer& server) {
  TestWorld world;
  Told told;
  std::string result;
  server.file = TopoFile("before", "1");
  world.run([&](ProcessPorts&) { return remove_from(server, told, result); });
  CHECK(server.writes == 1);
  return result + "; " + told.outcome;
}

LossyServer server_with(LossyServer::Fate fate) {
  LossyServer server;
  server.fate = fate;
  return server;
}

}  // namespace

TEST_CASE("settled write: a lost reply of a write that is there is no failure") {
  LossyServer one = server_with(LossyServer::Fate::done), two = one, three = one;
  CHECK(written(one, false) == "ok 2; done");
  CHECK(written(two, true) == "ok 2; done");
  CHECK(removed(three) == "ok; done");
}

TEST_CASE("settled write: one that is not there is told to have had no effect") {
  LossyServer one = server_with(LossyServer::Fate::not_done), two = one, three = one;
  CHECK(written(one, false) == "unavailable; not-done");
  CHECK(written(two, true) == "unavailable; not-done");
  CHECK(removed(three) == "unavailable; not-done");
}

TEST_CASE("settled write: when somebody else has written it is a conflict") {
  LossyServer one = server_with(LossyServer::Fate::overtaken), two = one, three = one;
  CHECK(written(one, false) == "already_exists; overtaken");
  CHECK(written(two, true) == "bad_version; overtaken");
  CHECK(removed(three) == "bad_version; overtaken");
}

TEST_CASE("settled write: what cannot be read either stays unknown") {
  LossyServer server;
  server.is_cut_off = true;
  CHECK(written(server, true) == "outcome_unknown; ");
}

}  // namespace shardlab::topo
