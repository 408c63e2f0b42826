// Preloaded into a program, this library makes accidental order unlike that of an ordinary run,
// as the number in SHARDLAB_SHUFFLE says (the same number, the same accidents):
//
//   addresses       heap blocks come in no order, with gaps, and freed ones are reused late
//   fresh memory    is full of noise, freed memory too
//   hash order      std::hash of strings and the bucket counts of unordered containers differ
//   static objects  of the program's translation units are initialised in reverse
//
// A program whose output changes under it depends on one of these. The library is for programs
// linked against libstdc++ and without a sanitizer.

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

// glibc's own names of what is replaced here.
extern "C" {
void* __libc_malloc(std::size_t);
void __libc_free(void*);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

constexpr std::size_t grain = 16;
constexpr std::size_t largest_pooled = 65536;
constexpr std::size_t pool_size = 16;
constexpr std::size_t classes = 1024 / grain + 1 + 6;  // by 16 up to 1024, then powers of two
constexpr std::size_t late = 512;
constexpr std::size_t noise_limit = 4096;  // bytes of a block that are filled

/// Everything is initialised at compile time: the first allocation comes before any constructor.
struct State {
  std::atomic_flag busy = ATOMIC_FLAG_INIT;
  std::uint64_t random = 0;
  void* pools[classes][pool_size] = {};
  void* aligned[16][pool_size] = {};  // by the logarithm of the alignment
  void* freed[late] = {};
};
State state;

class Lock {
 public:
  Lock() {
    while (state.busy.test_and_set(std::memory_order_acquire)) {
    }
  }
  ~Lock() { state.busy.clear(std::memory_order_release); }
};

std::uint64_t seed() {
  const char* text = std::getenv("SHARDLAB_SHUFFLE");
  return text ? std::strtoull(text, nullptr, 10) + 1 : 1;
}

/// In [0, bound); to be called under the lock.
std::uint64_t draw(std::uint64_t bound) {
  std::uint64_t& x = state.random;
  if (x == 0) x = seed() * 0x9e3779b97f4a7c15ull | 1;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return (x >> 11) % bound;
}

void fill_with_noise(void* block, std::size_t size) {
  std::memset(block, static_cast<int>(1 + draw(255)), std::min(size, noise_limit));
}

struct Class {
  std::size_t index;
  std::size_t size;
};

Class class_of(std::size_t size) {
  if (size <= 1024) {
    const std::size_t index = (size + grain - 1) / grain;
    return {index, std::max(index, std::size_t{1}) * grain};
  }
  Class found{1024 / grain + 1, 2048};
  for (; found.size < size; found.size *= 2) ++found.index;
  return found;
}

void* with_gap(std::size_t size) { return __libc_malloc(size + grain * draw(8)); }

void* take(std::size_t size) {
  if (size > PTRDIFF_MAX - largest_pooled) {
    errno = ENOMEM;
    return nullptr;
  }
  Lock lock;
  if (size > largest_pooled) return with_gap(size);
  const Class found = class_of(size);
  auto& pool = state.pools[found.index];
  for (void*& slot : pool) {
    if (!slot) slot = with_gap(found.size);
  }
  void* block = std::exchange(pool[draw(pool_size)], with_gap(found.size));
  if (block) fill_with_noise(block, size);
  return block;
}

void give(void* block) {
  if (!block) return;
  const int error = errno;
  const std::size_t size = malloc_usable_size(block);
  Lock lock;
  if (size <= largest_pooled) {
    fill_with_noise(block, size);
    block = std::exchange(state.freed[draw(late)], block);
  }
  __libc_free(block);
  errno = error;
}

void* take_aligned(std::size_t alignment, std::size_t size) {
  if (alignment <= grain) return take(size);
  if (alignment > largest_pooled / 2) return __libc_memalign(alignment, size);
  Lock lock;
  const int log2 = __builtin_ctzll(alignment);
  void*& slot = state.aligned[log2][draw(pool_size)];
  void* block = __libc_memalign(alignment, size + grain * draw(8));
  if (!slot) slot = std::exchange(block, __libc_memalign(alignment, size));
  if (malloc_usable_size(slot) >= size) std::swap(slot, block);
  if (block) fill_with_noise(block, size);
  return block;
}

template <class F>
F replaced(const char* symbol) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, symbol));
}

/// Turns the initialisers of the program round, before the C library runs them.
int reverse_initialisers(dl_phdr_info* program, std::size_t, void*) {
  for (int i = 0; i < program->dlpi_phnum; ++i) {
    if (program->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    std::uintptr_t array = 0, bytes = 0;
    const std::uintptr_t at = program->dlpi_addr + program->dlpi_phdr[i].p_vaddr;
    for (auto* entry = reinterpret_cast<ElfW(Dyn)*>(at); entry->d_tag != DT_NULL; ++entry) {
      if (entry->d_tag == DT_INIT_ARRAY) array = program->dlpi_addr + entry->d_un.d_ptr;
      if (entry->d_tag == DT_INIT_ARRAYSZ) bytes = entry->d_un.d_val;
    }
    if (array == 0) break;
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const std::uintptr_t begin = array / page * page;
    auto* pages = reinterpret_cast<void*>(begin);
    const std::size_t length = array + bytes - begin;
    if (mprotect(pages, length, PROT_READ | PROT_WRITE) != 0) break;
    auto* first = reinterpret_cast<std::uintptr_t*>(array);
    std::reverse(first, first + bytes / sizeof *first);
    mprotect(pages, length, PROT_READ);
  }
  return 1;  // the program comes first; its libraries keep their order
}

__attribute__((constructor)) void prepare() { dl_iterate_phdr(reverse_initialisers, nullptr); }

}  // namespace

extern "C" {

void* malloc(std::size_t size) { return take(size); }
void free(void* block) { give(block); }

void* calloc(std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) bytes = SIZE_MAX;
  void* block = take(bytes);
  if (block) std::memset(block, 0, bytes);
  return block;
}

void* realloc(void* block, std::size_t size) {
  if (!block) return take(size);
  void* moved = size > 0 ? take(size) : nullptr;
  if (moved) std::memcpy(moved, block, std::min(size, malloc_usable_size(block)));
  if (moved || size == 0) give(block);
  return moved;
}

void* memalign(std::size_t alignment, std::size_t size) { return take_aligned(alignment, size); }

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return take_aligned(alignment, size);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  *block = take_aligned(alignment, size);
  return *block ? 0 : ENOMEM;
}

}  // extern "C"

namespace std {

size_t _Hash_bytes(const void* bytes, size_t length, size_t salt) {
  static const auto real =
      replaced<size_t (*)(const void*, size_t, size_t)>("_ZSt11_Hash_bytesPKvmm");
  return real(bytes, length, salt ^ (seed() << 20));
}

namespace __detail {

size_t _Prime_rehash_policy::_M_next_bkt(size_t count) const {
  static const auto real = replaced<size_t (*)(const _Prime_rehash_policy*, size_t)>(
      "_ZNKSt8__detail20_Prime_rehash_policy11_M_next_bktEm");
  return real(this, count * 2 + 3 + seed() % 16);
}

pair<bool, size_t> _Prime_rehash_policy::_M_need_rehash(size_t buckets, size_t elements,
                                                        size_t more) const {
  static const auto real =
      replaced<pair<bool, size_t> (*)(const _Prime_rehash_policy*, size_t, size_t, size_t)>(
          "_ZNKSt8__detail20_Prime_rehash_policy14_M_need_rehashEmmm");
  pair<bool, size_t> need = real(this, buckets, elements, more);
  if (need.first) need.second = _M_next_bkt(need.second);
  return need;
}

}  // namespace __detail
}  // namespace std
