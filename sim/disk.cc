#include "sim/disk.h"

#include <algorithm>
#include <cstring>

namespace shardlab::sim {
namespace {

std::size_t pages_for(std::uint64_t bytes) {
  return static_cast<std::size_t>((bytes + PageRef::size - 1) / PageRef::size);
}

}  // namespace

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

std::size_t File::read(std::uint64_t offset, void* out, std::size_t length) const {
  ++disk_->reads_;
  if (offset >= size_) return 0;
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
  return available;
}

void File::remember(std::size_t page) { before_.try_emplace(page, pages_[page]); }

DiskStatus File::write(std::uint64_t offset, const void* data, std::size_t length) {
  ++disk_->writes_;
  if (disk_->failing_) return DiskStatus::io_error;
  const std::uint64_t end = offset + length;
  if (end > size_ && disk_->byte_limit_ > 0 &&
      disk_->used_bytes() + (end - size_) > disk_->byte_limit_) {
    return DiskStatus::full;
  }
  if (end > size_) {
    pages_.resize(pages_for(end));
    size_ = end;
  }
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
  if (disk_->failing_) return DiskStatus::io_error;
  if (size >= size_) return DiskStatus::ok;
  const std::size_t kept = pages_for(size);
  for (std::size_t page = kept; page < pages_.size(); ++page) remember(page);
  pages_.resize(kept);
  const std::size_t rest = size % PageRef::size;
  if (rest > 0) {  // what is cut off must read as zeros when the file grows again
    remember(kept - 1);
    std::memset(pages_[kept - 1].writable() + rest, 0, PageRef::size - rest);
  }
  size_ = size;
  return DiskStatus::ok;
}

DiskStatus File::sync() {
  ++disk_->syncs_;
  if (disk_->failing_) return DiskStatus::io_error;
  before_.clear();
  synced_size_ = size_;
  synced_ever_ = true;
  return DiskStatus::ok;
}

std::shared_ptr<File> Disk::open(std::string_view name, bool create) {
  const auto found = files_.find(name);
  if (found != files_.end()) return found->second;
  if (!create) return nullptr;
  auto file = std::make_shared<File>(*this);
  files_.emplace(std::string(name), file);
  return file;
}

bool Disk::remove(std::string_view name) {
  const auto found = files_.find(name);
  if (found == files_.end()) return false;
  files_.erase(found);
  return true;
}

std::vector<std::string> Disk::names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) names.push_back(name);
  return names;
}

std::unique_ptr<Disk> Disk::clone() const {
  auto copy = std::make_unique<Disk>();
  copy->byte_limit_ = byte_limit_;
  for (const auto& [name, file] : files_) {
    auto same = copy->open(name, true);
    same->pages_ = file->pages_;
    same->size_ = same->synced_size_ = file->size_;
    same->synced_ever_ = true;
  }
  return copy;
}

std::unique_ptr<Disk> Disk::crash(const Keep& keep) const {
  auto after = std::make_unique<Disk>();
  after->byte_limit_ = byte_limit_;
  for (const auto& [name, file] : files_) {
    auto pages = file->pages_;
    pages.resize(std::max(pages.size(), pages_for(file->synced_size_)));
    std::uint64_t size = file->synced_size_;
    bool kept_any = false;
    for (const auto& [page, before] : file->before_) {
      const bool kept = keep && keep(name, page);
      kept_any = kept_any || kept;
      if (!kept) {
        if (page < pages.size()) pages[page] = before;
      } else if (page < file->pages_.size()) {
        const std::uint64_t page_end = (page + 1) * std::uint64_t{PageRef::size};
        size = std::max(size, std::min(page_end, file->size_));
      }
    }
    if (!file->synced_ever_ && !kept_any) continue;
    auto survivor = after->open(name, true);
    pages.resize(pages_for(size));
    survivor->pages_ = std::move(pages);
    survivor->size_ = survivor->synced_size_ = size;
    survivor->synced_ever_ = true;
  }
  return after;
}

void Disk::corrupt(std::string_view name, std::uint64_t offset, std::uint8_t mask) {
  const auto found = files_.find(name);
  if (found == files_.end() || offset >= found->second->size_) return;
  found->second->pages_[offset / PageRef::size].writable()[offset % PageRef::size] ^= mask;
}

std::uint64_t Disk::used_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [name, file] : files_) bytes += file->size_;
  return bytes;
}

}  // namespace shardlab::sim
