#pragma once

#include "sim/disk.h"

namespace shardlab::sim {

class Host;
class Process;
class World;

/// A disk that is built into a host. One process at a time has it mounted.
///
///     HostDisk& disk = host.add_disk("data");
///     host.add_process("log", [&disk](Process& process) {
///       return std::make_unique<Log>(process, disk.mount(process));
///     });
///
/// From the moment on in which that process ends, or is doomed in the middle of a step, nothing of
/// it changes the disk any more, a destructor that closes files included. What it had written is
/// there for the next one. When the host loses its power, the crash mode decides about what was
/// not synced, and the trace tells `DiskLostPower`.
class HostDisk {
 public:
  HostDisk(World& world, const Host& host, std::string name, std::unique_ptr<Disk> content);
  HostDisk(const HostDisk&) = delete;
  HostDisk& operator=(const HostDisk&) = delete;

  const std::string& name() const { return name_; }
  /// For the factory of the process that uses it: the content, for this incarnation.
  Disk& mount(const Process& process);
  /// What is on it now. Another object after each end of who had it mounted and each power loss.
  Disk& content() { return *content_; }
  /// What a power loss does; `torn` until something else is said.
  void set_crash_mode(CrashMode mode) { crash_mode_ = mode; }

  // The faults of Disk, which the trace tells of as those of `"host/disk"`. They outlive crashes.

  [[nodiscard]] std::unique_ptr<Fault> slow(DiskDelays delays);
  [[nodiscard]] std::unique_ptr<Fault> fail_nth(DiskFailure failure);
  [[nodiscard]] std::unique_ptr<Fault> full_at(std::uint64_t bytes);
  [[nodiscard]] std::unique_ptr<Fault> lie_about_syncs();
  [[nodiscard]] std::unique_ptr<Fault> rot(BitFlip flip);

 private:
  friend class Host;
  using MakeFault = std::function<std::unique_ptr<Fault>()>;

  std::unique_ptr<Fault> traced(std::string_view kind, const MakeFault& begin);
  void unmount(const Process& process);
  void lose_power();

  World& world_;
  const Host& host_;
  std::string name_;
  CrashMode crash_mode_ = CrashMode::torn;
  const Process* user_ = nullptr;
  std::unique_ptr<Disk> content_;
  std::unique_ptr<Disk> abandoned_;  ///< what an ended process may still hold files of
};

}  // namespace shardlab::sim
