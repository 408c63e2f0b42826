#include "sim/host_disk.h"

#include <array>

#include "sim/traced_fault.h"
#include "sim/world.h"

namespace shardlab::sim {
namespace {

/// A disk lost the power, and with it what its crash took (see Disk::crash_losses).
struct DiskLostPower {
  static constexpr std::string_view kind = "DiskLostPower";
  std::uint64_t losses;
  auto fields() const { return std::array{EventField{"losses", losses}}; }
};

}  // namespace

HostDisk::HostDisk(World& world, const Host& host, std::string name, std::unique_ptr<Disk> content)
    : world_(world), host_(host), name_(std::move(name)), content_(std::move(content)) {}

Disk& HostDisk::mount(const Process& process) {
  check(!user_ || user_ == &process, "two processes mount one disk");
  user_ = &process;
  abandoned_.reset();
  return *content_;
}

void HostDisk::unmount(const Process& process) {
  if (user_ != &process) return;
  user_ = nullptr;
  auto next = content_->hand_over();
  abandoned_ = std::exchange(content_, std::move(next));
}

void HostDisk::lose_power() {
  content_ = content_->crash(crash_mode_, world_.choices());
  const DiskLostPower event{content_->crash_losses()};
  world_.trace().record(world_.now(), host_.name(), name_, DiskLostPower::kind, event.fields());
}

std::unique_ptr<Fault> HostDisk::traced(std::string_view kind, const MakeFault& begin) {
  return traced_fault(world_, kind, host_.name() + "/" + name_, begin);
}

std::unique_ptr<Fault> HostDisk::slow(DiskDelays delays) {
  return traced("slow-disk", [&] { return content_->slow(delays); });
}

std::unique_ptr<Fault> HostDisk::fail_nth(DiskFailure failure) {
  return traced("failing-disk", [&] { return content_->fail_nth(failure); });
}

std::unique_ptr<Fault> HostDisk::full_at(std::uint64_t bytes) {
  return traced("full-disk", [&] { return content_->full_at(bytes); });
}

std::unique_ptr<Fault> HostDisk::lie_about_syncs() {
  return traced("lying-syncs", [&] { return content_->lie_about_syncs(); });
}

std::unique_ptr<Fault> HostDisk::rot(BitFlip flip) {
  return traced("bit-rot", [&] { return content_->rot(std::move(flip)); });
}

}  // namespace shardlab::sim
