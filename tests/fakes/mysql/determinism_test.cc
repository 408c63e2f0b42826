#include <catch2/catch.hpp>

#include "fakes/mysql/vfs.h"
#include "tests/fakes/mysql/test_server.h"

namespace shardlab::fakes::mysql {
namespace {

std::string bytes_of(sim::Disk& disk) {
  std::string all;
  for (const std::string& name : disk.names()) {
    auto file = disk.open(name, false);
    std::string content(file->size(), '\0');
    file->read(0, content.data(), content.size());
    all += name + ":" + content;
  }
  return all;
}

std::string bytes_after_some_work() {
  reset_sqlite_randomness();
  TestServer server({guestbook_table});
  auto app = server.session();
  for (int i = 0; i < 50; ++i) {
    app.run("INSERT INTO messages VALUES (" + std::to_string(i % 7) + "," + std::to_string(i) +
            ",'text')");
  }
  app.run("DELETE FROM messages WHERE page = 3");
  return bytes_of(*server.disk);
}

TEST_CASE("mysql: the same statements write the same bytes, whatever ran before") {
  const std::string first = bytes_after_some_work();
  CHECK(first.size() > 4096);
  const bool same = bytes_after_some_work() == first;
  CHECK(same);
}

TEST_CASE("mysql: a server opens on a clone of a template, and the two go separate ways") {
  TestServer server({guestbook_table});
  auto app = server.session();
  app.run("INSERT INTO messages VALUES (1, 1, 'both')");
  server.engine->checkpoint();
  TestServer copy;
  copy.restart_on(server.disk->clone());
  auto other = copy.session();
  other.run("INSERT INTO messages VALUES (2, 1, 'copy')");
  app.run("INSERT INTO messages VALUES (3, 1, 'first')");
  CHECK(app.rows("SELECT message FROM messages") == "both|first");
  CHECK(other.rows("SELECT message FROM messages") == "both|copy");
}

}  // namespace
}  // namespace shardlab::fakes::mysql
