#include "sim/host_disk.h"

#include <array>
#include <set>

#include "sim/nemesis.h"
#include "tests/sim/disk_files.h"
#include "tests/sim/programs.h"

namespace shardlab::sim {
namespace {

struct DigitWritten {
  static constexpr std::string_view kind = "DigitWritten";
  std::int64_t digit;
  auto fields() const { return std::array{EventField{"digit", digit}}; }
};

/// Appends `1.` after a second, `2.` after two and so on; syncs between an odd digit and its dot,
/// and tells the trace before the dot. Its destructor writes, too, as one that closes files does.
class Digits final : public Program {
 public:
  Digits(Process& process, HostDisk& disk)
      : process_(process), file_(disk.mount(process).open("digits", true)) {}
  ~Digits() override { append("closed"); }

  Task<> run() override {
    for (int digit = 1; digit < 10; ++digit) {
      co_await process_.host().clock().sleep(1s);
      append(std::to_string(digit));
      if (digit % 2 == 1) file_->sync();
      process_.emit(DigitWritten{digit});
      append(".");
    }
  }

 private:
  void append(const std::string& text) { file_->write(file_->size(), text.data(), text.size()); }

  Process& process_;
  std::shared_ptr<File> file_;
};

/// `"DiskLostPower losses=2"`.
std::string told_by(const TraceEvent& event) {
  const std::string text = to_text(event, World::start_time);
  return text.substr(text.find(event.kind));
}

struct Machine {
  Machine() {
    world.trace().observe([this](const TraceEvent& event) {
      const bool is_of_disk = event.host == "a" && event.process == "data";
      if (is_of_disk || event.kind == "FaultEnded") told.push_back(told_by(event));
    });
    process = &add_writer("main");
    process->start();
  }
  Process& add_writer(std::string name) {
    return host.add_process(std::move(name),
                            [this](Process& p) { return std::make_unique<Digits>(p, disk); });
  }
  std::string digits() { return content(disk.content(), "digits"); }

  World world{1};
  Host& host = world.add_host("a", "10.0.0.1");
  HostDisk& disk = host.add_disk("data");
  Process* process = nullptr;
  std::vector<std::string> told;
};

TEST_CASE("Host disk: a crash keeps what was written, and what closes afterwards changes nothing") {
  Machine machine;
  run_for(machine.world, 2500ms);
  machine.process->crash();
  CHECK(machine.digits() == "1.2.");
  machine.process->start();
  run_for(machine.world, 1500ms);
  CHECK(machine.digits() == "1.2.1.");
}

TEST_CASE("Host disk: a power loss takes what was not synced, as its mode says, and is told") {
  Machine machine;
  run_for(machine.world, 2500ms);
  SECTION("all of it") {
    machine.disk.set_crash_mode(CrashMode::lost);
    auto off = machine.host.power_off();
    CHECK(machine.digits() == "1");
    CHECK(machine.told == std::vector<std::string>{"DiskLostPower losses=2"});
    off.reset();
    run_for(machine.world, 1500ms);
    CHECK(machine.digits() == "11.");
  }
  SECTION("none of it") {
    machine.disk.set_crash_mode(CrashMode::kept);
    machine.host.lose_power();
    CHECK(machine.digits() == "1.2.");
  }
  SECTION("also of what ended before") {
    machine.process->crash();
    machine.disk.set_crash_mode(CrashMode::lost);
    machine.host.lose_power();
    CHECK(machine.digits() == "1");
  }
}

TEST_CASE("Host disk: torn is the usual mode, and the world's draws decide") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    World world(seed);
    Host& host = world.add_host("a", "10.0.0.1");
    HostDisk& disk = host.add_disk("data");
    auto file = disk.content().open("digits", true);
    write(*file, 0, "old");
    file->sync();
    write(*file, 0, "new");
    host.lose_power();
    seen.insert(content(disk.content(), "digits"));
  }
  CHECK(seen == std::set<std::string>{"new", "old"});
}

TEST_CASE("Host disk: what the step writes after the event that ends its process is not there") {
  Machine machine;
  machine.disk.set_crash_mode(CrashMode::lost);
  Barrier& barrier = machine.world.barriers().at("DigitWritten").nth(3);
  SECTION("a crash") { barrier.crash(); }
  SECTION("a power loss") { barrier.lose_power(); }
  run_for(machine.world, 10s);
  CHECK_FALSE(machine.process->is_running());
  CHECK(machine.digits() == "1.2.3");
}

TEST_CASE("Host disk: what a held process writes in the rest of its step is there") {
  Machine machine;
  machine.world.barriers().at("DigitWritten").nth(3).hold();
  run_for(machine.world, 10s);
  CHECK(machine.digits() == "1.2.3.");
}

TEST_CASE("Host disk: one process at a time has it mounted") {
  Machine machine;
  Process& other = machine.add_writer("other");
  CHECK_THROWS_AS(other.start(), BugError);
  machine.process->crash();
  other.start();
  CHECK(other.is_running());
  CHECK_THROWS_AS(machine.process->start(), BugError);
}

TEST_CASE("Host disk: its faults are told, and outlive processes and power losses") {
  Machine machine;
  machine.disk.set_crash_mode(CrashMode::kept);
  auto lie = machine.disk.lie_about_syncs();
  auto slow = machine.disk.slow({.sync = 1ms});
  machine.process->crash();
  machine.process->start();
  run_for(machine.world, 1500ms);
  { auto off = machine.host.power_off(); }
  run_for(machine.world, 3500ms);
  auto rot = machine.disk.rot({.file = "digits", .mask = 0x40});
  auto full = machine.disk.full_at(1);
  auto failing = machine.disk.fail_nth({.operation = DiskOperation::write});
  run_for(machine.world, 2s);
  for (auto* fault : {&lie, &slow, &rot, &full, &failing}) fault->reset();
  CHECK(machine.told ==
        std::vector<std::string>{"DiskLostPower losses=0",
                                 "FaultEnded fault=power-loss target=a effects=1",
                                 "FaultEnded fault=lying-syncs target=a/data effects=4",
                                 "FaultEnded fault=slow-disk target=a/data effects=4",
                                 "FaultEnded fault=bit-rot target=a/data effects=1",
                                 "FaultEnded fault=full-disk target=a/data effects=4",
                                 "FaultEnded fault=failing-disk target=a/data effects=0"});
}

TEST_CASE("Host disk: a nemesis makes it slow, full and failing, for a while") {
  Machine machine;
  Nemesis nemesis(machine.world,
                  {PlannedFault{FaultKind::slow_disk, "a/data", "", 1s, 2s, 1'000'000},
                   PlannedFault{FaultKind::full_disk, "a/data", "", 3s, 2s, 0},
                   PlannedFault{FaultKind::failing_disk, "a/data", "", 6s, 2s, 2}});
  nemesis.start();
  run_for(machine.world, 10s);
  CHECK(nemesis.is_done());
  const auto reports = nemesis.report();
  REQUIRE(reports.size() == 3);
  for (const FaultReport& report : reports) {
    CAPTURE(to_text(report));
    CHECK_FALSE(report.is_wasted());
  }
  CHECK(reports[2].effects == 1);
}

}  // namespace
}  // namespace shardlab::sim
