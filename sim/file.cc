#include "sim/file.h"

#include <algorithm>
#include <cstring>

#include "sim/disk.h"
#include "sim/disk_device.h"

namespace shardlab::sim {

std::uint8_t* PageRef::writable() {
  if (!node_) {
    node_ = new Node;
    node_->bytes.fill(0);
  } else if (node_->count > 1) {
    Node* copy = new Node;
    copy->bytes = node_->bytes;
    --node_->count;
    node_ = copy;
  }
  return node_->bytes.data();
}

DiskStatus File::meet_faults(DiskAccess& access) {
  disk_->device_->meet(access);
  return access.status;
}

ReadResult File::read(std::uint64_t offset, void* out, std::size_t length) {
  ++disk_->reads_;
  if (disk_->device_) [[unlikely]] {
    DiskAccess access{DiskOperation::read, *disk_, this, offset, length};
    if (meet_faults(access) != DiskStatus::ok) return {access.status, 0};
  }
  if (offset >= size_) return {};
  const auto available = static_cast<std::size_t>(std::min<std::uint64_t>(length, size_ - offset));
  auto* to = static_cast<std::uint8_t*>(out);
  for (std::size_t done = 0; done < available;) {
    const std::size_t page = (offset + done) / PageRef::size;
    const std::size_t start = (offset + done) % PageRef::size;
    const std::size_t part = std::min(available - done, PageRef::size - start);
    const std::uint8_t* bytes = pages_[page].bytes();
    if (bytes) {
      std::memcpy(to + done, bytes + start, part);
    } else {
      std::memset(to + done, 0, part);
    }
    done += part;
  }
  return {DiskStatus::ok, available};
}

void File::remember(std::size_t page) {
  if (!dropped_.empty()) [[unlikely]] {
    // A page given up is dirty again as a whole once it is written again.
    if (auto given_up = dropped_.extract(page)) before_.insert(std::move(given_up));
  }
  before_.try_emplace(page, pages_[page]);
}

void File::resize(std::uint64_t size) {
  size_ = size;
  names_seen_ = disk_->name_changes_;
  pages_.resize(pages_for(size));
}

DiskStatus File::write(std::uint64_t offset, const void* data, std::size_t length) {
  ++disk_->writes_;
  ++disk_->version_;
  if (length == 0) return DiskStatus::ok;
  const std::uint64_t end = offset + length;
  if (disk_->device_) [[unlikely]] {
    DiskAccess access{DiskOperation::write, *disk_, this, offset, length};
    access.grows_by = end > size_ ? end - size_ : 0;
    if (meet_faults(access) != DiskStatus::ok) return access.status;
  }
  if (end > size_) resize(end);
  const auto* from = static_cast<const std::uint8_t*>(data);
  for (std::size_t done = 0; done < length;) {
    const std::size_t page = (offset + done) / PageRef::size;
    const std::size_t start = (offset + done) % PageRef::size;
    const std::size_t part = std::min(length - done, PageRef::size - start);
    remember(page);
    std::memcpy(pages_[page].writable() + start, from + done, part);
    done += part;
  }
  return DiskStatus::ok;
}

DiskStatus File::truncate(std::uint64_t size) {
  if (disk_->device_) [[unlikely]] {
    DiskAccess access{DiskOperation::write, *disk_, this, size, 0};
    if (meet_faults(access) != DiskStatus::ok) return access.status;
  }
  if (size >= size_) return DiskStatus::ok;
  ++disk_->version_;
  const std::size_t kept = pages_for(size);
  for (std::size_t page = kept; page < pages_.size(); ++page) remember(page);
  resize(size);
  const std::size_t rest = size % PageRef::size;
  if (rest > 0) {  // what is cut off must read as zeros when the file grows again
    remember(kept - 1);
    std::memset(pages_[kept - 1].writable() + rest, 0, PageRef::size - rest);
  }
  if (size < medium_size_) cut_ = std::min(size, cut_.value_or(size));
  return DiskStatus::ok;
}

DiskStatus File::sync() {
  ++disk_->syncs_;
  if (disk_->device_) [[unlikely]] {
    DiskAccess access{DiskOperation::sync, *disk_, this, 0, 0};
    if (meet_faults(access) != DiskStatus::ok) return fail_sync(access);
    if (access.nothing_synced) return DiskStatus::ok;
  }
  return say_synced();
}

DiskStatus File::say_synced() {
  before_.clear();
  medium_size_ = size_;
  cut_.reset();
  disk_->file_synced(names_seen_);
  return DiskStatus::ok;
}

DiskStatus File::fail_sync(const DiskAccess& access) {
  if (access.drops_unsynced) dropped_.merge(before_);
  if (access.drops_unsynced) before_.clear();
  return access.status;
}

bool File::flip(std::uint64_t offset, std::uint8_t mask) {
  if (offset >= size_ || mask == 0) return false;
  const std::size_t page = offset / PageRef::size;
  const std::size_t place = offset % PageRef::size;
  pages_[page].writable()[place] ^= mask;
  for (Pages* old : {&before_, &dropped_}) {
    const auto found = old->find(page);
    if (found != old->end()) found->second.writable()[place] ^= mask;
  }
  disk_->honest_ = false;
  ++disk_->version_;
  return true;
}

}  // namespace shardlab::sim
