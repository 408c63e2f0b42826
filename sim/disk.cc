#include "sim/disk.h"

#include <algorithm>

#include "sim/disk_device.h"

namespace shardlab::sim {

std::shared_ptr<File> Disk::open(std::string_view name, bool create) {
  const auto found = files_.find(name);
  if (found != files_.end()) return found->second;
  if (!create) return nullptr;
  auto file = std::make_shared<File>(*this);
  files_.emplace(std::string(name), file);
  change_name(name, nullptr, file);
  return file;
}

bool Disk::remove(std::string_view name) {
  const auto found = files_.find(name);
  if (found == files_.end()) return false;
  const FilePtr file = std::move(found->second);
  files_.erase(found);
  change_name(name, file, nullptr);
  return true;
}

void Disk::change_name(std::string_view name, FilePtr before, FilePtr after) {
  (before ? before : after)->names_seen_ = ++name_changes_;
  ++version_;
  unsynced_names_.push_back(
      {name_changes_, std::string(name), std::move(before), std::move(after)});
}

DiskStatus Disk::sync_directory() {
  ++syncs_;
  if (device_) [[unlikely]] {
    DiskAccess access{DiskOperation::sync, *this, nullptr};
    device_->meet(access);
    if (access.status != DiskStatus::ok) return access.status;
    if (access.nothing_synced) return DiskStatus::ok;
  }
  unsynced_names_.clear();
  return DiskStatus::ok;
}

void Disk::file_synced(std::uint64_t names_seen) {
  if (guarantees_ != Guarantees::ordered || unsynced_names_.empty()) return;
  std::erase_if(unsynced_names_,
                [&](const NameChange& change) { return change.number <= names_seen; });
}

std::vector<std::string> Disk::names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) names.push_back(name);
  return names;
}

std::unique_ptr<Disk> Disk::clone() const {
  auto copy = std::make_unique<Disk>();
  copy->copy_from(*this);
  return copy;
}

void Disk::copy_from(const Disk& original) {
  guarantees_ = original.guarantees_;
  honest_ = original.honest_;
  ++version_;
  unsynced_names_.clear();
  std::erase_if(files_, [&](const auto& entry) { return !original.exists(entry.first); });
  for (const auto& [name, file] : original.files_) {
    FilePtr& same = files_[name];
    if (!same) same = std::make_shared<File>(*this);
    same->pages_ = file->pages_;
    same->size_ = same->medium_size_ = file->size_;
    same->before_.clear();
    same->dropped_.clear();
    same->cut_.reset();
  }
}

std::unique_ptr<Disk> Disk::successor() {
  auto next = std::make_unique<Disk>(guarantees_);
  next->honest_ = honest_;
  next->version_ = version_ + 1;
  next->device_ = std::move(device_);
  return next;
}

std::unique_ptr<Disk> Disk::hand_over() {
  auto next = successor();
  next->name_changes_ = name_changes_;
  std::vector<std::pair<FilePtr, FilePtr>> copies;
  const auto copy_of = [&](const FilePtr& file) -> FilePtr {
    if (!file) return nullptr;
    const auto found = std::ranges::find(copies, file, &std::pair<FilePtr, FilePtr>::first);
    if (found != copies.end()) return found->second;
    auto copy = std::make_shared<File>(*file);
    copy->disk_ = next.get();
    copies.emplace_back(file, copy);
    return copy;
  };
  for (const auto& [name, file] : files_) next->files_.emplace(name, copy_of(file));
  for (const NameChange& change : unsynced_names_) {
    next->unsynced_names_.push_back(
        {change.number, change.name, copy_of(change.before), copy_of(change.after)});
  }
  return next;
}

std::uint64_t Disk::used_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [name, file] : files_) bytes += file->size_;
  return bytes;
}

}  // namespace shardlab::sim
