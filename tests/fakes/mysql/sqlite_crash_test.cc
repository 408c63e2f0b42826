#include <catch2/catch.hpp>
#include <optional>
#include <ostream>

#include "tests/fakes/mysql/sqlite_on_disk.h"

namespace shardlab::fakes::mysql {
namespace {

// A small cache and early checkpoints: pages reach the disk in the middle of transactions.
std::string settings(const std::string& journal, const std::string& synchronous) {
  return "PRAGMA journal_mode=" + journal + "; PRAGMA synchronous=" + synchronous +
         "; PRAGMA cache_size=10; PRAGMA wal_autocheckpoint=20;";
}

struct Campaign {
  int damaged = 0;        ///< the books do not add up, or SQLite cannot read them
  int too_few = 0;        ///< an acknowledged transfer is gone
  int one_short = 0;      ///< of these: only the last one
  int too_many = 0;       ///< one is there that was never asked for
  int torn = 0;           ///< crashes that lost something
  int in_the_middle = 0;  ///< crashes in the middle of a transfer

  int violations() const { return damaged + too_few + too_many; }
  friend std::ostream& operator<<(std::ostream& out, const Campaign& c) {
    return out << "damaged " << c.damaged << ", transfers lost " << c.too_few << " (the last one "
               << c.one_short << "), invented " << c.too_many << ", torn " << c.torn;
  }
};

/// Transfers until the power goes at a drawn operation of the disk: nothing after it is done.
void run_world(std::uint64_t seed, sim::Guarantees guarantees, const std::string& how, bool lying,
               Campaign& out) {
  reset_sqlite_randomness();
  sim::Choices choices(seed);
  sim::Disk disk(guarantees);
  int acknowledged = 0;
  bool in_the_middle = false;
  std::unique_ptr<sim::Disk> after;
  {
    Bank bank(disk, how);
    REQUIRE(bank.open_account_books());
    disk.sync_directory();
    const auto lie = lying ? disk.lie_about_syncs() : nullptr;
    const auto power_loss =
        disk.fail_nth({.nth = 1 + choices.draw("bank.end", 600), .stays = true});
    for (int i = 1; i <= 40 && bank.transfer(i, choices); ++i) acknowledged = i;
    in_the_middle = power_loss->effects() > 0;
    after = disk.crash(sim::CrashMode::torn, choices);
  }
  out.torn += after->crash_losses() > 0;
  out.in_the_middle += in_the_middle;
  Bank bank(*after, how);
  const std::optional<int> found = bank.audit();
  if (!found) {
    ++out.damaged;
  } else if (*found < acknowledged) {
    ++out.too_few;
    out.one_short += *found == acknowledged - 1;
  } else if (*found > acknowledged + in_the_middle) {
    ++out.too_many;
  }
}

Campaign run_worlds(int seeds, sim::Guarantees guarantees, const std::string& how, bool lying) {
  Campaign out;
  for (int seed = 1; seed <= seeds; ++seed) {
    run_world(static_cast<std::uint64_t>(seed), guarantees, how, lying, out);
  }
  return out;
}

TEST_CASE("SQLite: with a log and full syncs it survives torn crashes in 300 worlds of 300") {
  const auto guarantees = GENERATE(sim::Guarantees::ordered, sim::Guarantees::posix);
  const Campaign out = run_worlds(300, guarantees, settings("wal", "full"), false);
  CAPTURE(out);
  CHECK(out.violations() == 0);
  CHECK(out.torn > 100);
  CHECK(out.in_the_middle > 100);
}

TEST_CASE("SQLite: with a journal and extra syncs it survives torn crashes in 300 worlds of 300") {
  const auto guarantees = GENERATE(sim::Guarantees::ordered, sim::Guarantees::posix);
  const Campaign out = run_worlds(300, guarantees, settings("delete", "extra"), false);
  CAPTURE(out);
  CHECK(out.violations() == 0);
  CHECK(out.torn > 100);
  CHECK(out.in_the_middle > 100);
}

// The commit of a rollback journal is its removal, which `full` does not sync.
TEST_CASE("SQLite: with a journal and full syncs nothing is damaged, the last commit may be gone") {
  const auto guarantees = GENERATE(sim::Guarantees::ordered, sim::Guarantees::posix);
  const Campaign out = run_worlds(300, guarantees, settings("delete", "full"), false);
  CAPTURE(out);
  CHECK(out.damaged == 0);
  CHECK(out.too_many == 0);
  CHECK(out.too_few == out.one_short);
  CHECK(out.one_short > 5);
}

TEST_CASE("SQLite: syncs that lie are caught in nearly all torn crashes") {
  const std::string how =
      GENERATE(settings("wal", "full"), settings("delete", "full"), settings("delete", "extra"));
  const Campaign out = run_worlds(300, sim::Guarantees::ordered, how, true);
  CAPTURE(out);
  CHECK(out.violations() >= 260);  // 285, 268, 272: a torn crash may lose nothing
}

TEST_CASE("SQLite: the time of its file system is what was set") {
  sim::Disk disk;
  Bank bank(disk, "");
  CHECK(bank.ask("SELECT CURRENT_TIMESTAMP") == "1970-01-01 00:00:00");
  bank.vfs().set_time(1'767'225'600'123'000'000);
  CHECK(bank.ask("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')") == "2026-01-01 00:00:00.123");
}

std::string bytes_after(const std::string& how, std::uint64_t world) {
  reset_sqlite_randomness();
  sim::Choices choices(world);
  sim::Disk disk;
  Bank bank(disk, how);
  REQUIRE(bank.open_account_books());
  for (int i = 1; i <= 12; ++i) REQUIRE(bank.transfer(i, choices));
  bank.run("BEGIN; UPDATE account SET padding = randomblob(600);");  // a journal that stays
  std::string all;
  for (const std::string& name : disk.names()) {
    auto file = disk.open(name, false);
    std::string bytes(file->size(), '\0');
    file->read(0, bytes.data(), bytes.size());
    all += name + ":" + bytes;
  }
  return all;
}

TEST_CASE("SQLite: a world writes the same bytes alone and after other worlds") {
  const std::string journal = GENERATE("wal", "delete");
  const std::string how = settings(journal, "full");
  const std::string alone = bytes_after(how, 5);
  CHECK(alone.find(journal == "wal" ? "bank.db-wal:" : "bank.db-journal:") != alone.npos);
  for (std::uint64_t world = 1; world < 5; ++world) {
    const bool differs = bytes_after(how, world) != alone;
    CHECK(differs);
  }
  const bool same = bytes_after(how, 5) == alone;
  CHECK(same);
}

}  // namespace
}  // namespace shardlab::fakes::mysql
