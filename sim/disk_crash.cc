#include <algorithm>
#include <array>
#include <cstring>

#include "sim/choices.h"
#include "sim/disk.h"

namespace shardlab::sim {
namespace {

constexpr std::string_view tear_site = "disk.tear";
constexpr std::size_t sectors_per_page = PageRef::size / PageRef::sector_size;
constexpr std::array<std::uint8_t, PageRef::sector_size> zeros{};

const std::uint8_t* sector_of(const PageRef& page, std::size_t sector) {
  return page.bytes() ? page.bytes() + sector * PageRef::sector_size : zeros.data();
}

bool same_sector(const PageRef& left, const PageRef& right, std::size_t sector) {
  return std::memcmp(sector_of(left, sector), sector_of(right, sector), PageRef::sector_size) == 0;
}

void copy_sector(const PageRef& from, PageRef& to, std::size_t sector) {
  const std::uint8_t* bytes = sector_of(from, sector);
  std::memcpy(to.writable() + sector * PageRef::sector_size, bytes, PageRef::sector_size);
}

/// Makes the content end there: what lay behind reads as zeros when the file grows again.
void cut(std::vector<PageRef>& pages, std::uint64_t size) {
  pages.resize(pages_for(size));
  const std::size_t rest = size % PageRef::size;
  if (rest > 0 && pages.back().bytes()) {
    std::memset(pages.back().writable() + rest, 0, PageRef::size - rest);
  }
}

}  // namespace

/// What the medium surely holds.
File::Survivor File::medium() const {
  Survivor out;
  out.pages = pages_;
  out.size = medium_size_;
  out.pages.resize(std::max(pages_.size(), pages_for(medium_size_)));
  for (const Pages* old : {&before_, &dropped_}) {
    for (const auto& [page, content] : *old) {
      if (page >= out.pages.size()) continue;
      const PageRef now = page < pages_.size() ? pages_[page] : PageRef();
      for (std::size_t sector = 0; sector < sectors_per_page; ++sector) {
        out.losses += !same_sector(now, content, sector);
      }
      out.pages[page] = content;
    }
  }
  out.losses += medium_size_ != size_;
  cut(out.pages, out.size);
  return out;
}

File::Survivor File::survive(CrashMode mode, Choices& choices) const {
  if (mode == CrashMode::lost) return medium();
  enum : std::uint64_t { all_kept = 0, all_lost = 1, by_page = 3, by_sector = 9, ways = 16 };
  std::uint64_t way = all_kept;
  const bool clean = before_.empty() && medium_size_ == size_;
  if (mode == CrashMode::torn && !clean) way = choices.draw(tear_site, ways);
  if (way >= by_page) return tear(way >= by_sector, choices);
  if (way >= all_lost) return medium();
  Survivor out;
  out.pages = pages_;
  out.size = size_;
  for (const auto& [page, content] : dropped_) {
    if (page < out.pages.size()) out.pages[page] = content;
    ++out.losses;
  }
  return out;
}

/// Pages below the size that both have, then what was cut off, then what was appended.
File::Survivor File::tear(bool by_sector, Choices& choices) const {
  Survivor out = medium();
  out.losses = 0;
  const bool cut_is_lost = cut_ && choices.draw(tear_site, 2) == 1;
  tear_below(std::min(medium_size_, cut_.value_or(medium_size_)), by_sector, choices, out);
  if (cut_is_lost) {
    ++out.losses;
    return out;  // whatever came after the cut is not on the medium either
  }
  if (cut_) {
    out.size = *cut_;
    cut(out.pages, out.size);
  }
  tear_growth(by_sector, choices, out);
  cut(out.pages, out.size);
  return out;
}

/// Decides for every unsynced sector before `end`; one that the growth shares goes with the growth.
void File::tear_below(std::uint64_t end, bool by_sector, Choices& choices, Survivor& out) const {
  for (const auto& [page, before] : before_) {
    const std::uint64_t start = page * std::uint64_t{PageRef::size};
    if (start >= end || page >= pages_.size()) break;
    bool lost = !by_sector && choices.draw(tear_site, 2) == 1;
    for (std::size_t sector = 0; sector < sectors_per_page; ++sector) {
      const std::uint64_t at = start + sector * PageRef::sector_size;
      if (at >= end || (at + PageRef::sector_size > end && size_ > end)) break;
      if (same_sector(before, pages_[page], sector)) continue;
      if (by_sector) lost = choices.draw(tear_site, 2) == 1;
      out.losses += lost;
      if (!lost) copy_sector(pages_[page], out.pages[page], sector);
    }
  }
}

/// `out` ends where the growth begins.
void File::tear_growth(bool by_sector, Choices& choices, Survivor& out) const {
  const std::uint64_t begin = out.size;
  if (size_ <= begin) return;
  const std::uint64_t sectors = (size_ - begin + PageRef::sector_size - 1) / PageRef::sector_size;
  const std::uint64_t missing = choices.draw(tear_site, sectors + 1);
  out.losses += missing;
  if (missing == sectors) return;
  out.size = size_ - missing * PageRef::sector_size;
  out.pages.resize(pages_for(out.size));
  const bool with_holes = disk_->guarantees_ == Guarantees::posix;
  for (std::size_t page = begin / PageRef::size; page < out.pages.size(); ++page) {
    if (dropped_.contains(page)) continue;
    bool lost = with_holes && !by_sector && choices.draw(tear_site, 2) == 1;
    for (std::size_t sector = 0; sector < sectors_per_page; ++sector) {
      const std::uint64_t at = page * std::uint64_t{PageRef::size} + sector * PageRef::sector_size;
      if (at + PageRef::sector_size <= begin || at >= out.size) continue;
      if (same_sector(pages_[page], out.pages[page], sector)) continue;
      if (with_holes && by_sector) lost = choices.draw(tear_site, 2) == 1;
      out.losses += lost;
      if (!lost) copy_sector(pages_[page], out.pages[page], sector);
    }
  }
}

/// Undoes the newest changes of names: all of them, or as many as are drawn.
Disk::Names Disk::names_after(CrashMode mode, Choices& choices, std::uint64_t& losses) const {
  Names names = files_;
  if (mode == CrashMode::kept || unsynced_names_.empty()) return names;
  std::map<std::string, std::uint64_t> to_undo;  // under "" for all names together
  const bool together = guarantees_ == Guarantees::ordered;
  for (const NameChange& change : unsynced_names_) ++to_undo[together ? "" : change.name];
  if (mode == CrashMode::torn) {
    for (auto& [name, count] : to_undo) count = choices.draw(tear_site, count + 1);
  }
  for (auto change = unsynced_names_.rbegin(); change != unsynced_names_.rend(); ++change) {
    std::uint64_t& count = to_undo[together ? "" : change->name];
    if (count == 0) continue;
    --count;
    ++losses;
    names.erase(change->name);
    if (change->before) names.emplace(change->name, change->before);
  }
  return names;
}

std::unique_ptr<Disk> Disk::crash(CrashMode mode, Choices& choices) {
  auto after = successor();
  std::uint64_t losses = 0;
  for (const auto& [name, file] : names_after(mode, choices, losses)) {
    File::Survivor content = file->survive(mode, choices);
    losses += content.losses;
    auto survivor = std::make_shared<File>(*after);
    survivor->pages_ = std::move(content.pages);
    survivor->size_ = survivor->medium_size_ = content.size;
    after->files_.emplace(name, std::move(survivor));
  }
  after->crash_losses_ = losses;
  return after;
}

}  // namespace shardlab::sim
