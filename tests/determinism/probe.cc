// Prints accidents of this process, one line each, for the test of the preloaded library.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tests/determinism/leaks.h"

namespace {

/// Where each of the blocks lies among the others: `"0 1 2 3"` when they come in ascending order.
template <class Take>
void print_order(const char* name, Take take) {
  std::vector<void*> fillers;  // of the holes that the program's start has left
  for (int i = 0; i < 500; ++i) fillers.push_back(take());
  std::vector<void*> blocks;
  for (int i = 0; i < 32; ++i) blocks.push_back(take());
  std::vector<void*> sorted = blocks;
  std::sort(sorted.begin(), sorted.end());
  std::string line = name;
  for (void* block : blocks) {
    line += " " + std::to_string(std::find(sorted.begin(), sorted.end(), block) - sorted.begin());
  }
  std::puts(line.c_str());
  for (void* block : blocks) std::free(block);
  for (void* block : fillers) std::free(block);
}

void print_hash_order() {
  std::unordered_set<std::string> texts;
  std::unordered_map<int, int> numbers;
  for (int i = 0; i < 40; ++i) {
    texts.insert(std::to_string(i));
    numbers[i * 37] = i;
  }
  std::string line = "texts";
  for (const std::string& text : texts) line += " " + text;
  line += "\nnumbers";
  for (const auto& [key, number] : numbers) line += " " + std::to_string(number);
  std::puts(line.c_str());
}

/// Grows a block byte by byte, and clears one: what the allocator must keep right.
bool blocks_are_sound() {
  auto* grown = static_cast<unsigned char*>(std::malloc(1));
  for (std::size_t size = 1; size <= 200'000; size = size * 3 / 2 + 1) {
    grown = static_cast<unsigned char*>(std::realloc(grown, size));
    grown[size - 1] = 5;
    grown[0] = 9;
  }
  bool sound = grown[0] == 9 && grown[1] == 5;
  std::free(grown);
  for (std::size_t size : {1, 24, 1000, 5000, 100'000}) {
    auto* zeros = static_cast<unsigned char*>(std::calloc(size, 1));
    sound = sound && std::all_of(zeros, zeros + size, [](unsigned char c) { return c == 0; });
    std::free(zeros);
    void* aligned = std::aligned_alloc(4096, 8192);
    sound = sound && reinterpret_cast<std::uintptr_t>(aligned) % 4096 == 0;
    std::memset(aligned, 1, 8192);
    std::free(aligned);
  }
  void* volatile none = std::malloc(static_cast<std::size_t>(-1) / 2);
  return sound && none == nullptr;
}

}  // namespace

int main() {
  print_order("malloc", [] { return std::malloc(48); });
  print_order("large", [] { return std::malloc(20'000); });
  print_order("aligned_alloc", [] { return std::aligned_alloc(64, 192); });
  print_order("posix_memalign", [] {
    void* block = nullptr;
    return posix_memalign(&block, 32, 96) == 0 ? block : nullptr;
  });
  print_hash_order();
  std::string units = "units";
  for (const std::string& unit : shardlab::canary::initialised_units()) units += " " + unit;
  std::puts(units.c_str());
  std::puts(blocks_are_sound() ? "sound" : "broken");
}
