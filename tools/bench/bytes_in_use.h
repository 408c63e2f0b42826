#pragma once

#include <cstdint>
#include <malloc.h>

namespace shardlab::bench {

/// Bytes the program holds from the allocator.
inline std::int64_t bytes_in_use() {
  const auto use = mallinfo2();
  return static_cast<std::int64_t>(use.uordblks + use.hblkhd);
}

}  // namespace shardlab::bench
