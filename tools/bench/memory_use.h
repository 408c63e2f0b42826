#pragma once

#include <cstdint>

namespace shardlab::bench {

/// Since the program began. The program's own malloc family counts (memory_use.cc), because Asio
/// allocates with aligned_alloc, which a replaced operator new does not see.
struct MemoryUse {
  std::uint64_t allocations = 0;
  std::int64_t live_bytes = 0;  ///< as large as the allocator made the blocks
};

MemoryUse memory_use();

}  // namespace shardlab::bench
