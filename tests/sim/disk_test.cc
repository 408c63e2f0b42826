#include "sim/disk.h"

#include <catch2/catch.hpp>
#include <map>
#include <rapidcheck/catch.h>

#include "sim/world.h"
#include "tests/sim/disk_files.h"

namespace shardlab::sim {
namespace {

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

TEST_CASE("Disk: one that becomes a copy shows it to those who have its files open") {
  Disk disk;
  write(*disk.open("a", true), 0, "new content");
  Disk other;
  auto file = other.open("a", true);
  write(*file, 0, "old");
  other.open("b", true);
  const std::uint64_t version = other.version();
  other.copy_from(disk);
  std::string seen(20, '.');
  CHECK(file->read(0, seen.data(), seen.size()).length == 11);
  CHECK(seen == "new content.........");
  CHECK(other.names() == std::vector<std::string>{"a"});
  CHECK(other.version() != version);
  write(*file, 0, "NEW");
  CHECK(content(disk, "a") == "new content");
}

TEST_CASE("Disk: its version tells every change of what is read, and no other") {
  World world(1);
  auto disk = std::make_unique<Disk>();
  std::uint64_t seen = disk->version();
  const auto changed = [&] { return std::exchange(seen, disk->version()) != disk->version(); };
  auto file = disk->open("a", true);
  CHECK(changed());
  write(*file, 0, "abcdef");
  CHECK(changed());
  file->sync();
  CHECK(content(*disk, "a") == "abcdef");
  CHECK_FALSE(changed());
  file->truncate(3);
  CHECK(changed());
  const auto rot = disk->rot({.file = "a", .offset = 1});
  CHECK(changed());
  disk = disk->crash(CrashMode::lost, world.choices());
  CHECK(changed());
  disk->remove("a");
  CHECK(changed());
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

TEST_CASE("Disk: the next process finds what was written, and it is as unsynced as before") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "synced");
  file->sync();
  write(*file, 0, "SYNCED");
  disk.open("b", true);
  disk.remove("a");
  auto next = disk.hand_over();
  write(*file, 0, "dying!");
  CHECK(next->names() == std::vector<std::string>{"b"});
  auto after = lose_power(*next);
  CHECK(after->names() == std::vector<std::string>{"a"});
  CHECK(content(*after, "a") == "synced");
}

using Model = std::map<std::string, std::string>;

Model everything_on(Disk& disk) {
  Model all;
  for (const std::string& name : disk.names()) all[name] = content(disk, name);
  return all;
}

/// One random operation on a few files, on the disk and on the model alike.
void step(Disk& disk, Model& model, Model& synced, int number) {
  const std::string name(1, static_cast<char>('a' + *rc::gen::inRange(0, 3)));
  const auto offset = static_cast<std::size_t>(*rc::gen::inRange(0, 10000));
  const auto length = static_cast<std::size_t>(*rc::gen::inRange(1, 6000));
  const int what = *rc::gen::inRange(0, 7);
  if (what == 6) {  // everything
    for (const std::string& each : disk.names()) disk.open(each, false)->sync();
    disk.sync_directory();
    synced = model;
    return;
  }
  if (what == 5) {
    RC_ASSERT(disk.remove(name) == (model.erase(name) > 0));
    return;
  }
  auto file = disk.open(name, true);
  std::string& bytes = model[name];
  if (what == 4) {
    file->truncate(offset);
    if (offset < bytes.size()) bytes.resize(offset);
    return;
  }
  const std::string news(length, static_cast<char>('a' + number % 26));
  file->write(offset, news.data(), length);
  if (bytes.size() < offset + length) bytes.resize(offset + length);
  bytes.replace(offset, length, news);
}

TEST_CASE("Disk: without faults it is a map of names to bytes, and a crash the map at the sync",
          "[property]") {
  rc::prop("model", [] {
    Disk disk(*rc::gen::element(Guarantees::ordered, Guarantees::posix));
    Model model;
    Model synced;
    const int steps = *rc::gen::inRange(1, 40);
    for (int i = 0; i < steps; ++i) step(disk, model, synced, i);
    RC_ASSERT(everything_on(disk) == model);
    RC_ASSERT(everything_on(*disk.clone()) == model);
    auto next = disk.hand_over();
    RC_ASSERT(everything_on(*next) == model);
    RC_ASSERT(everything_on(*lose_power(*next->hand_over(), CrashMode::kept)) == model);
    auto lost = lose_power(*next);
    RC_ASSERT(everything_on(*lost) == synced);
    RC_ASSERT((lost->crash_losses() > 0) == (model != synced) || model == synced);
    RC_ASSERT(next->is_honest());
  });
}

}  // namespace
}  // namespace shardlab::sim
