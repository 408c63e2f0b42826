#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/choices.h"
#include "sim/disk.h"

namespace shardlab::sim {

inline std::string content(Disk& disk, std::string_view name) {
  auto file = disk.open(name, false);
  if (!file) return "(none)";
  std::string bytes(file->size(), '?');
  const ReadResult read = file->read(0, bytes.data(), bytes.size());
  if (read.status != DiskStatus::ok) return "(error)";
  bytes.resize(read.length);
  return bytes;
}

inline void write(File& file, std::uint64_t offset, const std::string& bytes) {
  REQUIRE(file.write(offset, bytes.data(), bytes.size()) == DiskStatus::ok);
}

inline std::unique_ptr<Disk> lose_power(Disk& disk, CrashMode mode = CrashMode::lost,
                                        std::uint64_t seed = 1) {
  Choices choices(seed);
  return disk.crash(mode, choices);
}

/// A program as it should be: records with a checksum, appended to one file, each synced before it
/// is acknowledged. After a failed sync it believes nothing in memory and appends no more.
class RecordLog {
 public:
  /// Takes over what is whole and cuts off the rest.
  explicit RecordLog(Disk& disk) : file_(disk.open("log", true)) {
    std::string bytes(file_->size(), '\0');
    usable_ = disk.sync_directory() == DiskStatus::ok &&
              file_->read(0, bytes.data(), bytes.size()).status == DiskStatus::ok;
    if (!usable_) return;
    while (end_ + header_size <= bytes.size()) {
      Header header;
      std::memcpy(&header, bytes.data() + end_, header_size);
      if (header.length > bytes.size() - end_ - header_size) break;
      std::string record = bytes.substr(end_ + header_size, header.length);
      if (checksum(record) != header.checksum) break;
      end_ += header_size + record.size();
      records_.push_back(std::move(record));
    }
    damaged_ = end_ < bytes.size();
    usable_ = file_->truncate(end_) == DiskStatus::ok;
  }

  /// Ok is an acknowledgement, but of a careless program's without a sync. After `full` it may be
  /// tried again.
  DiskStatus append(const std::string& record, bool syncs = true) {
    if (!usable_) return DiskStatus::io_error;
    const Header header{record.size(), checksum(record)};
    std::string bytes(reinterpret_cast<const char*>(&header), header_size);
    bytes += record;
    const DiskStatus written = file_->write(end_, bytes.data(), bytes.size());
    if (written == DiskStatus::full) return written;
    usable_ = written == DiskStatus::ok && (!syncs || file_->sync() == DiskStatus::ok);
    if (!usable_) return DiskStatus::io_error;
    end_ += bytes.size();
    records_.push_back(record);
    return DiskStatus::ok;
  }

  const std::vector<std::string>& records() const { return records_; }
  /// Something behind the last whole record was not zeros, or not whole.
  bool damaged() const { return damaged_; }

 private:
  struct Header {
    std::uint64_t length;
    std::uint64_t checksum;
  };
  static constexpr std::size_t header_size = sizeof(Header);

  static std::uint64_t checksum(const std::string& bytes) {  // FNV-1a
    std::uint64_t sum = 14695981039346656037ull;
    for (const char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 1099511628211ull;
    return sum;
  }

  std::shared_ptr<File> file_;
  std::uint64_t end_ = 0;
  std::vector<std::string> records_;
  bool usable_ = true;
  bool damaged_ = false;
};

/// The records of a log after some appends were acknowledged and the power went: what is missing
/// of them, 0 when all are there.
inline std::size_t missing_after_restart(Disk& disk, const std::vector<std::string>& acknowledged) {
  const RecordLog log(disk);
  std::size_t same = 0;
  while (same < acknowledged.size() && same < log.records().size() &&
         log.records()[same] == acknowledged[same]) {
    ++same;
  }
  return acknowledged.size() - same;
}

}  // namespace shardlab::sim
