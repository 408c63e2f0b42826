#include "tests/sim/disk_files.h"

namespace shardlab::sim {
namespace {

DiskStatus put(File& file, std::uint64_t offset, const std::string& bytes) {
  return file.write(offset, bytes.data(), bytes.size());
}

TEST_CASE("Slow disk: operations owe virtual time, and only while the fault lives") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "x");
  CHECK(disk.take_delay() == Duration());
  auto slow = disk.slow({.read = 1ms, .sync = 20ms});
  write(*file, 0, "y");
  CHECK(slow->effects() == 0);
  content(disk, "a");
  file->sync();
  disk.sync_directory();
  CHECK(disk.take_delay() == 41ms);
  CHECK(disk.take_delay() == Duration());
  CHECK(slow->effects() == 3);
  slow.reset();
  file->sync();
  CHECK(disk.take_delay() == Duration());
}

TEST_CASE("Failing disk: the n-th operation of a kind fails, once or from then on") {
  Disk disk;
  auto file = disk.open("a", true);
  const bool stays = GENERATE(false, true);
  auto fault = disk.fail_nth({.operation = DiskOperation::write, .nth = 2, .stays = stays});
  CHECK(put(*file, 0, "1") == DiskStatus::ok);
  CHECK(put(*file, 0, "2") == DiskStatus::io_error);
  CHECK(put(*file, 0, "3") == (stays ? DiskStatus::io_error : DiskStatus::ok));
  CHECK(file->truncate(0) == (stays ? DiskStatus::io_error : DiskStatus::ok));
  CHECK(file->sync() == DiskStatus::ok);
  CHECK(fault->effects() == (stays ? 3 : 1));
  fault.reset();
  CHECK(put(*file, 0, "4") == DiskStatus::ok);
}

TEST_CASE("Failing disk: reads, syncs and syncs of the directory fail, too") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "x");
  auto fault = disk.fail_nth({.stays = true});
  CHECK(content(disk, "a") == "(error)");
  CHECK(file->sync() == DiskStatus::io_error);
  CHECK(disk.sync_directory() == DiskStatus::io_error);
  CHECK(fault->effects() == 3);
  fault.reset();
  CHECK(content(disk, "a") == "x");
  CHECK(disk.is_honest());
}

TEST_CASE("Failing disk: a log that stops at an error has its records after a restart") {
  for (std::uint64_t nth = 1; nth <= 23; ++nth) {
    Disk disk;
    std::vector<std::string> acknowledged;
    auto fault = disk.fail_nth({.nth = nth, .stays = nth % 2 == 0, .drops_unsynced = true});
    {
      RecordLog log(disk);
      for (int i = 0; i < 10; ++i) {
        const std::string record(1000, static_cast<char>('a' + i));
        if (log.append(record) == DiskStatus::ok) acknowledged.push_back(record);
      }
    }
    CHECK(fault->effects() > 0);
    CHECK(acknowledged.size() < 10);
    fault.reset();
    auto after = lose_power(disk, CrashMode::torn, nth);
    CHECK(missing_after_restart(*after, acknowledged) == 0);
  }
}

TEST_CASE("Failed sync that drops pages: the next one says ok, and the data is gone all the same") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "old");
  file->sync();
  write(*file, 0, "new");
  auto fault = disk.fail_nth({.operation = DiskOperation::sync, .drops_unsynced = true});
  CHECK(file->sync() == DiskStatus::io_error);
  CHECK(file->sync() == DiskStatus::ok);
  CHECK(content(disk, "a") == "new");
  CHECK_FALSE(disk.is_honest());
  for (const CrashMode mode : {CrashMode::kept, CrashMode::lost, CrashMode::torn}) {
    CHECK(content(*lose_power(*disk.hand_over(), mode), "a") == "old");
  }
  write(*file, 1, "E");
  CHECK(file->sync() == DiskStatus::ok);
  CHECK(content(*lose_power(disk), "a") == "nEw");
}

TEST_CASE("Failed sync that keeps pages: trying again is enough") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "new");
  auto fault = disk.fail_nth({.operation = DiskOperation::sync});
  CHECK(file->sync() == DiskStatus::io_error);
  CHECK(lose_power(*disk.hand_over())->names().empty());
  CHECK(file->sync() == DiskStatus::ok);
  CHECK(content(*lose_power(disk), "a") == "new");
}

TEST_CASE("Full disk: what would not fit is refused whole, what fits is not") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "1234");
  auto full = disk.full_at(6);
  CHECK(put(*file, 4, "567") == DiskStatus::full);
  CHECK(put(*file, 4, "56") == DiskStatus::ok);
  CHECK(put(*file, 0, "abcdef") == DiskStatus::ok);
  CHECK(put(*disk.open("b", true), 0, "x") == DiskStatus::full);
  CHECK(full->effects() == 2);
  CHECK(content(disk, "a") == "abcdef");
}

TEST_CASE("Full disk: a program that tries again goes on once space is freed") {
  Disk disk;
  write(*disk.open("old", true), 0, std::string(5000, 'x'));
  RecordLog log(disk);
  auto full = disk.full_at(6000);
  int refused = 0;
  for (int i = 0; i < 10; ++i) {
    DiskStatus status = log.append(std::string(300, static_cast<char>('a' + i)));
    if (status == DiskStatus::full) {
      ++refused;
      disk.remove("old");
      status = log.append(std::string(300, static_cast<char>('a' + i)));
    }
    CHECK(status == DiskStatus::ok);
  }
  CHECK(refused == 1);
  CHECK(full->effects() == 1);
  CHECK(RecordLog(*lose_power(disk)).records() == log.records());
  CHECK(log.records().size() == 10);
}

TEST_CASE("Lying sync: it says ok and saves nothing; two disks of which one is honest survive") {
  Disk liar;
  Disk honest;
  auto lie = liar.lie_about_syncs();
  std::vector<std::string> acknowledged;
  RecordLog first(liar);
  RecordLog second(honest);
  for (int i = 0; i < 5; ++i) {
    const std::string record(600, static_cast<char>('a' + i));
    const bool both =
        first.append(record) == DiskStatus::ok && second.append(record) == DiskStatus::ok;
    if (both) acknowledged.push_back(record);
  }
  CHECK(acknowledged.size() == 5);
  CHECK(lie->effects() == 6);
  CHECK_FALSE(liar.is_honest());
  auto after = lose_power(liar);
  CHECK(missing_after_restart(*after, acknowledged) == 5);
  CHECK_FALSE(after->is_honest());
  CHECK(missing_after_restart(*lose_power(honest), acknowledged) == 0);
}

TEST_CASE("Bit rot: a byte changes at once or just before its n-th read; clones are untouched") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "abc");
  auto copy = disk.clone();
  auto at_once = disk.rot({.file = "a", .offset = 1, .mask = 0x20});
  CHECK(content(disk, "a") == "aBc");
  auto later = disk.rot({.file = "a", .offset = 2, .mask = 0x20, .on_read = 2});
  CHECK(content(disk, "a") == "aBc");
  char first = 0;
  file->read(0, &first, 1);  // not the byte
  CHECK(later->effects() == 0);
  CHECK(content(disk, "a") == "aBC");
  CHECK(content(disk, "a") == "aBC");
  CHECK(at_once->effects() == 1);
  CHECK(later->effects() == 1);
  CHECK(content(*copy, "a") == "abc");
  CHECK_FALSE(disk.is_honest());
  CHECK(disk.rot({.file = "nope"})->effects() == 0);
  CHECK(disk.rot({.file = "a", .offset = 3})->effects() == 0);
}

TEST_CASE("Bit rot: a crash does not mend it, a rewrite does") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "abc");
  file->sync();
  write(*file, 0, "xbc");
  auto rot = disk.rot({.file = "a", .offset = 1, .mask = 0x20});
  CHECK(content(*lose_power(*disk.hand_over()), "a") == "aBc");
  write(*file, 0, "new");
  CHECK(content(disk, "a") == "new");
}

TEST_CASE("Bit rot: a log with checksums notices any single flipped bit") {
  Disk disk;
  RecordLog log(disk);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(log.append(std::string(50, static_cast<char>('a' + i))) == DiskStatus::ok);
  }
  const std::uint64_t size = disk.used_bytes();
  for (std::uint64_t offset = 0; offset < size; ++offset) {
    auto copy = disk.clone();
    auto rot = copy->rot({"log", offset, static_cast<std::uint8_t>(1u << offset % 8)});
    const RecordLog reopened(*copy);
    REQUIRE(rot->effects() == 1);
    REQUIRE(reopened.damaged());
    REQUIRE(reopened.records().size() == offset / 66);
  }
}

TEST_CASE("Faults move on to the disk of the machine's next incarnation") {
  Disk disk;
  auto old = disk.open("a", true);
  auto fault = disk.fail_nth({.operation = DiskOperation::sync, .stays = true});
  CHECK(old->sync() == DiskStatus::io_error);
  auto next = disk.hand_over();
  CHECK(old->sync() == DiskStatus::ok);  // the dead process is no concern of the fault
  auto after = lose_power(*next);
  CHECK(after->open("a", true)->sync() == DiskStatus::io_error);
  CHECK(fault->effects() == 2);
  fault.reset();
  CHECK(after->open("a", true)->sync() == DiskStatus::ok);
}

TEST_CASE("A fault may outlive its disk") {
  auto disk = std::make_unique<Disk>();
  auto fault = disk->lie_about_syncs();
  disk.reset();
  CHECK(fault->effects() == 0);
}

}  // namespace
}  // namespace shardlab::sim
