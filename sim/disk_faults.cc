#include <utility>

#include "sim/disk.h"
#include "sim/disk_device.h"

namespace shardlab::sim {

class DiskFault : public Fault {
 public:
  explicit DiskFault(std::shared_ptr<DiskDevice> device) : device_(std::move(device)) {
    device_->add(this);
  }
  ~DiskFault() override { device_->remove(this); }

  virtual void meet(DiskAccess& access) = 0;

 private:
  std::shared_ptr<DiskDevice> device_;
};

namespace {

bool concerns(DiskOperation wanted, DiskOperation operation) {
  return wanted == DiskOperation::any || wanted == operation;
}

class SlowDisk final : public DiskFault {
 public:
  SlowDisk(std::shared_ptr<DiskDevice> device, DiskDelays delays)
      : DiskFault(std::move(device)), delays_(delays) {}

  void meet(DiskAccess& access) override {
    const Duration delay = access.operation == DiskOperation::read    ? delays_.read
                           : access.operation == DiskOperation::write ? delays_.write
                                                                      : delays_.sync;
    if (delay <= Duration()) return;
    access.delay += delay;
    count_effect();
  }

 private:
  DiskDelays delays_;
};

class FailingDisk final : public DiskFault {
 public:
  FailingDisk(std::shared_ptr<DiskDevice> device, DiskFailure failure)
      : DiskFault(std::move(device)), failure_(failure) {}

  void meet(DiskAccess& access) override {
    if (!concerns(failure_.operation, access.operation)) return;
    ++met_;
    if (failure_.stays ? met_ < failure_.nth : met_ != failure_.nth) return;
    access.status = DiskStatus::io_error;
    access.drops_unsynced = failure_.drops_unsynced;
    count_effect();
  }

 private:
  DiskFailure failure_;
  std::uint64_t met_ = 0;
};

class FullDisk final : public DiskFault {
 public:
  FullDisk(std::shared_ptr<DiskDevice> device, std::uint64_t bytes)
      : DiskFault(std::move(device)), bytes_(bytes) {}

  void meet(DiskAccess& access) override {
    if (access.grows_by == 0 || access.disk.used_bytes() + access.grows_by <= bytes_) return;
    access.status = DiskStatus::full;
    count_effect();
  }

 private:
  std::uint64_t bytes_;
};

class LyingSyncs final : public DiskFault {
 public:
  using DiskFault::DiskFault;

  void meet(DiskAccess& access) override {
    if (access.operation != DiskOperation::sync) return;
    access.nothing_synced = true;
    count_effect();
  }
};

class BitRot final : public DiskFault {
 public:
  BitRot(std::shared_ptr<DiskDevice> device, Disk& disk, BitFlip flip)
      : DiskFault(std::move(device)), flip_(std::move(flip)) {
    if (flip_.on_read > 0) return;
    done_ = true;
    const auto file = disk.open(flip_.file, false);
    if (file && file->flip(flip_.offset, flip_.mask)) count_effect();
  }

  void meet(DiskAccess& access) override {
    if (done_ || access.operation != DiskOperation::read) return;
    const bool covers =
        access.offset <= flip_.offset && flip_.offset < access.offset + access.length;
    if (!covers || access.disk.open(flip_.file, false).get() != access.file) return;
    if (++reads_ < flip_.on_read) return;
    done_ = access.file->flip(flip_.offset, flip_.mask);
    if (done_) count_effect();
  }

 private:
  BitFlip flip_;
  bool done_ = false;
  std::uint64_t reads_ = 0;
};

}  // namespace

void DiskDevice::meet(DiskAccess& access) {
  for (DiskFault* fault : faults_) {
    fault->meet(access);
    if (access.status != DiskStatus::ok) break;
  }
  owed_ += access.delay;
  if (access.nothing_synced || access.drops_unsynced) access.disk.honest_ = false;
}

std::shared_ptr<DiskDevice> Disk::device() {
  if (!device_) device_ = std::make_shared<DiskDevice>();
  return device_;
}

Duration Disk::take_delay() { return device_ ? device_->take_delay() : Duration(); }

std::unique_ptr<Fault> Disk::slow(DiskDelays delays) {
  return std::make_unique<SlowDisk>(device(), delays);
}

std::unique_ptr<Fault> Disk::fail_nth(DiskFailure failure) {
  return std::make_unique<FailingDisk>(device(), failure);
}

std::unique_ptr<Fault> Disk::full_at(std::uint64_t bytes) {
  return std::make_unique<FullDisk>(device(), bytes);
}

std::unique_ptr<Fault> Disk::lie_about_syncs() { return std::make_unique<LyingSyncs>(device()); }

std::unique_ptr<Fault> Disk::rot(BitFlip flip) {
  return std::make_unique<BitRot>(device(), *this, std::move(flip));
}

}  // namespace shardlab::sim
