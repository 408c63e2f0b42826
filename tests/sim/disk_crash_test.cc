#include <algorithm>
#include <rapidcheck/catch.h>
#include <set>

#include "tests/sim/disk_files.h"

namespace shardlab::sim {
namespace {

constexpr std::size_t sector = PageRef::sector_size;

TEST_CASE("Disk crash: what was synced survives, what was not is gone") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "synced");
  file->sync();
  write(*file, 0, "S");
  write(*file, 6, " and more");
  CHECK(content(disk, "a") == "Synced and more");
  auto kept = lose_power(*disk.hand_over(), CrashMode::kept);
  CHECK(content(*kept, "a") == "Synced and more");
  CHECK(kept->crash_losses() == 0);
  auto lost = lose_power(disk);
  CHECK(content(*lost, "a") == "synced");
  CHECK(lost->crash_losses() == 2);  // a sector and a size
}

TEST_CASE("Disk crash: a file that was never synced is gone, or empty when its name was") {
  Disk disk;
  write(*disk.open("new", true), 0, "x");
  CHECK(lose_power(*disk.hand_over())->names().empty());
  disk.sync_directory();
  CHECK(content(*lose_power(disk), "new") == "");
}

TEST_CASE("Disk crash: a truncation that was not synced is undone") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, std::string(2 * PageRef::size, 'x'));
  file->sync();
  file->truncate(10);
  CHECK(content(disk, "a").size() == 10);
  CHECK(content(*lose_power(disk), "a") == std::string(2 * PageRef::size, 'x'));
}

TEST_CASE("Disk crash: a removal lasts once something later was synced, or the directory was") {
  const auto guarantees = GENERATE(Guarantees::ordered, Guarantees::posix);
  Disk disk(guarantees);
  disk.open("old", true)->sync();
  disk.sync_directory();
  disk.remove("old");
  CHECK(lose_power(*disk.hand_over())->exists("old"));
  disk.open("new", true)->sync();
  auto after = lose_power(*disk.hand_over());
  CHECK(after->exists("new") == (guarantees == Guarantees::ordered));
  CHECK(after->exists("old") == (guarantees == Guarantees::posix));
  disk.sync_directory();
  CHECK(lose_power(disk)->names() == std::vector<std::string>{"new"});
}

TEST_CASE("Disk crash: syncing a file whose size and name did not change syncs no name") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, "1234");
  file->sync();
  disk.open("b", true);
  write(*file, 0, "5678");
  file->sync();
  CHECK_FALSE(lose_power(*disk.hand_over())->exists("b"));
  write(*file, 4, "9");
  file->sync();
  CHECK(lose_power(disk)->exists("b"));
}

TEST_CASE("Disk crash: a torn write of a page leaves any subset of its sectors") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 12'000; ++seed) {
    Disk disk;
    auto file = disk.open("a", true);
    write(*file, 0, std::string(PageRef::size, 'o'));
    file->sync();
    write(*file, 0, std::string(PageRef::size, 'n'));
    auto after = lose_power(disk, CrashMode::torn, seed);
    const std::string bytes = content(*after, "a");
    REQUIRE(bytes.size() == PageRef::size);
    std::string pattern;
    for (std::size_t at = 0; at < bytes.size(); at += sector) {
      REQUIRE(bytes.substr(at, sector) == std::string(sector, bytes[at]));
      pattern += bytes[at];
    }
    REQUIRE(after->crash_losses() == static_cast<std::uint64_t>(std::ranges::count(pattern, 'o')));
    seen.insert(pattern);
  }
  CHECK(seen.size() == 256);
}

TEST_CASE("Disk crash: the calmest draws of a torn crash keep everything") {
  Disk disk;
  auto file = disk.open("a", true);
  write(*file, 0, std::string(3 * PageRef::size, 'o'));
  disk.remove("b");
  std::set<std::string> ends;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    auto after = lose_power(*disk.hand_over(), CrashMode::torn, seed);
    ends.insert(content(*after, "a").substr(0, 1));
    disk.open("x", true);
    disk.remove("x");
    if (after->crash_losses() == 0) CHECK(content(*after, "a") == content(disk, "a"));
  }
  CHECK(ends.size() == 3);  // kept, empty, and no such file
}

TEST_CASE("Disk crash: appended data has holes only where the guarantees allow it") {
  const auto guarantees = GENERATE(Guarantees::ordered, Guarantees::posix);
  std::size_t holes = 0;
  std::set<std::size_t> sizes;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Disk disk(guarantees);
    auto file = disk.open("a", true);
    write(*file, 0, std::string(700, 'o'));
    file->sync();
    disk.sync_directory();
    write(*file, 700, std::string(9000, 'n'));
    const std::string bytes = content(*lose_power(disk, CrashMode::torn, seed), "a");
    sizes.insert(bytes.size());
    REQUIRE(bytes.substr(0, 700) == std::string(700, 'o'));
    holes += bytes.find('\0') != bytes.npos;
  }
  CHECK(sizes.size() > 15);
  CHECK((holes > 50) == (guarantees == Guarantees::posix));
  if (guarantees == Guarantees::ordered) CHECK(holes == 0);
}

TEST_CASE("Disk crash: a lost cut takes what was appended behind it along") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    Disk disk;
    auto file = disk.open("a", true);
    write(*file, 0, std::string(2048, 'o'));
    file->sync();
    write(*file, 0, std::string(512, 'n'));
    file->truncate(1024);
    write(*file, 1024, std::string(512, 'n'));
    const std::string bytes = content(*lose_power(disk, CrashMode::torn, seed), "a");
    seen.insert(std::to_string(bytes.size()) + bytes.front() + bytes.back());
  }
  CHECK(seen == std::set<std::string>{"1024no", "1024oo", "1536nn", "1536on", "2048no", "2048oo"});
}

TEST_CASE("Disk crash: torn never changes what was synced, and agrees with itself", "[property]") {
  rc::prop("torn", [] {
    const auto guarantees = *rc::gen::element(Guarantees::ordered, Guarantees::posix);
    Disk disk(guarantees);
    auto file = disk.open("a", true);
    const std::string old(static_cast<std::size_t>(*rc::gen::inRange(1, 12000)), 'o');
    write(*file, 0, old);
    file->sync();
    disk.sync_directory();
    const auto touched = static_cast<std::size_t>(*rc::gen::inRange(0, 12000));
    const auto length = static_cast<std::size_t>(*rc::gen::inRange(1, 5000));
    write(*file, touched, std::string(length, 'n'));
    const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000));
    auto same = disk.hand_over()->hand_over();
    const std::string after = content(*lose_power(disk, CrashMode::torn, seed), "a");
    RC_ASSERT(after == content(*lose_power(*same, CrashMode::torn, seed), "a"));
    const std::size_t begin = touched / sector * sector;
    RC_ASSERT(after.size() >= std::min(old.size(), after.size()));
    RC_ASSERT(after.size() >= old.size());
    for (std::size_t i = 0; i < std::min(begin, old.size()); ++i) RC_ASSERT(after[i] == 'o');
    for (std::size_t i = 0; i < after.size(); ++i) {
      const bool inside = i >= touched && i < touched + length;
      RC_ASSERT(after[i] == 'o' || after[i] == '\0' || (after[i] == 'n' && inside));
      if (i < old.size()) RC_ASSERT(after[i] != '\0');
    }
  });
}

TEST_CASE("Disk crash: a log with checksums keeps every acknowledged record over torn crashes") {
  const auto guarantees = GENERATE(Guarantees::ordered, Guarantees::posix);
  std::size_t violations = 0;
  std::uint64_t losses = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Disk disk(guarantees);
    Choices choices(seed);
    std::vector<std::string> acknowledged;
    RecordLog log(disk);
    const std::uint64_t records = 1 + choices.draw("test.records", 20);
    for (std::uint64_t i = 0; i < records; ++i) {
      const std::string record(choices.draw("test.length", 3000), static_cast<char>('a' + i));
      if (log.append(record) == DiskStatus::ok) acknowledged.push_back(record);
    }
    write(*disk.open("log", false), disk.used_bytes(), std::string(2000, 'x'));  // not synced
    auto after = disk.crash(CrashMode::torn, choices);
    losses += after->crash_losses();
    violations += missing_after_restart(*after, acknowledged) > 0;
  }
  CHECK(violations == 0);
  CHECK(losses > 300);
}

}  // namespace
}  // namespace shardlab::sim
