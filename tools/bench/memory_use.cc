#include "tools/bench/memory_use.h"

#include <cerrno>
#include <cstdlib>
#include <malloc.h>

namespace {

shardlab::bench::MemoryUse use;

void* taken(void* block) {
  ++use.allocations;
  if (block) use.live_bytes += static_cast<std::int64_t>(malloc_usable_size(block));
  return block;
}

void gone(void* block) {
  if (block) use.live_bytes -= static_cast<std::int64_t>(malloc_usable_size(block));
}

}  // namespace

// glibc's own entry points, which stay reachable when the public names are replaced.
// tidy: allow(arrows) no header of glibc declares them
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

void* malloc(std::size_t size) noexcept { return taken(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) noexcept {
  return taken(__libc_calloc(count, size));
}
void* realloc(void* block, std::size_t size) noexcept {
  gone(block);
  return taken(__libc_realloc(block, size));
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return taken(__libc_memalign(alignment, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return taken(__libc_memalign(alignment, size));
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  *block = taken(__libc_memalign(alignment, size));
  return *block ? 0 : ENOMEM;
}
void free(void* block) noexcept {
  gone(block);
  __libc_free(block);
}
}

namespace shardlab::bench {

MemoryUse memory_use() { return use; }

}  // namespace shardlab::bench
