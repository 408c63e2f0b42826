#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace shardlab::sim {

/// One page of a file, shared by all disks that hold the same content. Null means all zero bytes.
/// Counted without atomics: a world lives on one thread.
class PageRef {
 public:
  static constexpr std::size_t size = 4096;
  /// What a power loss leaves whole: all of a sector is new, or all of it is old.
  static constexpr std::size_t sector_size = 512;

  PageRef() = default;
  PageRef(const PageRef& other) : node_(other.node_) {
    if (node_) ++node_->count;
  }
  PageRef(PageRef&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  PageRef& operator=(PageRef other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~PageRef() {
    if (node_ && --node_->count == 0) delete node_;
  }

  /// The bytes, or null for a page of zeros.
  const std::uint8_t* bytes() const { return node_ ? node_->bytes.data() : nullptr; }
  /// The bytes for writing; a page held elsewhere, too, is copied first.
  std::uint8_t* writable();

 private:
  struct Node {
    std::uint32_t count = 1;
    std::array<std::uint8_t, size> bytes;
  };
  Node* node_ = nullptr;
};

/// How many pages hold that many bytes.
constexpr std::size_t pages_for(std::uint64_t bytes) {
  return static_cast<std::size_t>((bytes + PageRef::size - 1) / PageRef::size);
}

}  // namespace shardlab::sim
