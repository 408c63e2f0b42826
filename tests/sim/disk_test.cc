#include "sim/disk.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace shardlab::sim {
namespace {

std::string content(Disk& disk, std::string_view name) {
  auto file = disk.open(name, false);
  if (!file) return "(none)";
  std::string bytes(file->size(), '?');
  bytes.resize(file->read(0, bytes.data(), bytes.size()));
  return bytes;
}

void write(File& file, std::uint64_t offset, const std::string& bytes) {
  REQUIRE(file.write(offset, bytes.data(), bytes.size()) == DiskStatus::ok);
}

TEST_CASE("Disk: what was synced survives a crash, what was not is gone") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "synced");
  file->sync();
  write(*file, 0, "S");
  write(*file, 6, " and more");
  CHECK(content(disk, "a") == "Synced and more");
  auto after = disk.crash();
  CHECK(content(*after, "a") == "synced");
  CHECK(content(disk, "a") == "Synced and more");
}

TEST_CASE("Disk: a file that was never synced is gone after a crash") {
  Disk disk;
  write(*disk.open("new", true), 0, "x");
  CHECK(disk.crash()->names().empty());
  CHECK(disk.crash([](auto, auto) { return true; })->names() == std::vector<std::string>{"new"});
}

TEST_CASE("Disk: a crash may keep single pages, as torn writes do") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, std::string(3 * PageRef::size, 'o'));
  file->sync();
  write(*file, 0, std::string(3 * PageRef::size, 'n'));
  auto after = disk.crash([](std::string_view, std::size_t page) { return page == 1; });
  const std::string bytes = content(*after, "a");
  CHECK(bytes[0] == 'o');
  CHECK(bytes[PageRef::size] == 'n');
  CHECK(bytes[2 * PageRef::size] == 'o');
}

TEST_CASE("Disk: a crash undoes a truncation that was not synced") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, std::string(2 * PageRef::size, 'x'));
  file->sync();
  file->truncate(10);
  CHECK(content(disk, "a").size() == 10);
  CHECK(content(*disk.crash(), "a") == std::string(2 * PageRef::size, 'x'));
}

TEST_CASE("Disk: bytes cut off read as zeros when the file grows again") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "abcdef");
  file->truncate(2);
  write(*file, 5, "z");
  CHECK(content(disk, "a") == std::string("ab\0\0\0z", 6));
}

TEST_CASE("Disk: a clone is written independently") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "same");
  auto copy = disk.clone();
  write(*file, 0, "left");
  write(*copy->open("a", false), 2, "!!");
  CHECK(content(disk, "a") == "left");
  CHECK(content(*copy, "a") == "sa!!");
}

TEST_CASE("Disk: an open handle keeps a removed file alive") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "kept");
  CHECK(disk.remove("a"));
  CHECK_FALSE(disk.remove("a"));
  CHECK(disk.open("a", false) == nullptr);
  CHECK(file->size() == 4);
}

TEST_CASE("Disk: a failing disk and a full disk refuse writes and keep their content") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "1234");
  disk.limit_bytes(6);
  CHECK(file->write(4, "567", 3) == DiskStatus::full);
  CHECK(file->write(4, "56", 2) == DiskStatus::ok);
  disk.fail_writes(true);
  CHECK(file->write(0, "x", 1) == DiskStatus::io_error);
  CHECK(file->sync() == DiskStatus::io_error);
  CHECK(content(disk, "a") == "123456");
}

TEST_CASE("Disk: corrupting a byte leaves clones alone") {
  Disk disk;
  write(*disk.open("a", true), 0, "abc");
  auto copy = disk.clone();
  disk.corrupt("a", 1, 0x20);
  CHECK(content(disk, "a") == "aBc");
  CHECK(content(*copy, "a") == "abc");
}

TEST_CASE("Disk: reading agrees with a plain string, a crash with the string at the last sync") {
  rc::prop("model", [] {
    Disk disk;
    auto file = disk.open("a", true);
    std::string model;
    std::string synced;
    bool ever = false;
    const int steps = *rc::gen::inRange(1, 30);
    for (int i = 0; i < steps; ++i) {
      const auto offset = static_cast<std::size_t>(*rc::gen::inRange(0, 10000));
      const auto length = static_cast<std::size_t>(*rc::gen::inRange(1, 6000));
      switch (*rc::gen::inRange(0, 4)) {
        case 0:
        case 1: {
          const std::string bytes(length, static_cast<char>('a' + i % 26));
          file->write(offset, bytes.data(), length);
          if (model.size() < offset + length) model.resize(offset + length);
          model.replace(offset, length, bytes);
          break;
        }
        case 2:
          file->truncate(offset);
          if (offset < model.size()) model.resize(offset);
          break;
        default:
          file->sync();
          synced = model;
          ever = true;
      }
    }
    RC_ASSERT(content(disk, "a") == model);
    RC_ASSERT(content(*disk.clone(), "a") == model);
    RC_ASSERT(content(*disk.crash(), "a") == (ever ? synced : "(none)"));
    RC_ASSERT(content(*disk.crash([](auto, auto) { return true; }), "a").size() >=
              (ever ? synced.size() : 0));
  });
}

}  // namespace
}  // namespace shardlab::sim
