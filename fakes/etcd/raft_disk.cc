#include "fakes/etcd/raft_disk.h"

#include <algorithm>
#include <xxhash.h>

namespace shardlab::fakes::etcd {
namespace {

/// Length and checksum of a record, in front of it, lowest byte first.
constexpr std::size_t header_bytes = 8;
constexpr std::size_t header_number_bytes = 4;

void put_number(std::string& bytes, std::uint64_t number) {
  for (std::size_t i = 0; i < header_number_bytes; ++i) {
    bytes.push_back(static_cast<char>(number >> (8 * i) & 0xff));
  }
}

std::size_t number_at(const std::string& bytes, std::size_t at) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < header_number_bytes; ++i) {
    number |= std::size_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  }
  return number;
}

std::uint64_t checksum(const char* data, std::size_t length) {
  return XXH3_64bits(data, length) & 0xffff'ffff;
}

void replay(const RaftRecord& record, RaftState& state) {
  state.term = record.term();
  state.vote = record.vote();
  state.commit = std::max(state.commit, record.commit());
  state.log.resize(static_cast<std::size_t>(record.first_index()) - 1);
  for (const RaftEntry& entry : record.entries()) state.log.push_back(entry);
}

}  // namespace

std::optional<RaftState> RaftDisk::recover() {
  file_ = disk_.open("wal", true);
  std::string bytes(file_->size(), '\0');
  if (file_->read(0, bytes.data(), bytes.size()).status != sim::DiskStatus::ok) {
    return std::nullopt;
  }
  RaftState state;
  while (end_ + header_bytes <= bytes.size()) {
    const std::size_t length = number_at(bytes, end_);
    const std::size_t begin = end_ + header_bytes;
    if (length == 0 || length > bytes.size() - begin) break;
    const char* data = bytes.data() + begin;
    if (checksum(data, length) != number_at(bytes, end_ + header_number_bytes)) break;
    RaftRecord record;
    if (!record.ParseFromArray(data, static_cast<int>(length))) break;
    replay(record, state);
    end_ = begin + length;
  }
  if (file_->truncate(end_) != sim::DiskStatus::ok) return std::nullopt;
  return state;
}

sim::DiskStatus RaftDisk::save(const RaftRecord& record) {
  const std::string content = record.SerializeAsString();
  std::string bytes;
  put_number(bytes, content.size());
  put_number(bytes, checksum(content.data(), content.size()));
  bytes += content;
  sim::DiskStatus status = file_->write(end_, bytes.data(), bytes.size());
  if (status == sim::DiskStatus::ok) status = file_->sync();
  if (status == sim::DiskStatus::ok) end_ += bytes.size();
  return status;
}

}  // namespace shardlab::fakes::etcd
