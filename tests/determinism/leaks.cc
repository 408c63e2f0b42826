#include "tests/determinism/leaks.h"

#include <atomic>
#include <chrono>
#include <clocale>
#include <cstdlib>
#include <memory>
#include <random>
#include <set>
#include <sqlite3.h>
#include <thread>
#include <unordered_set>

namespace shardlab::canary {
namespace {

/// FNV-1a: the same number for the same sequence, on every platform.
class Digest {
 public:
  void add(std::uint64_t number) { value_ = (value_ ^ number) * 0x100000001b3ull; }
  void add(std::string_view text) {
    for (char c : text) add(static_cast<unsigned char>(c));
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325ull;
};

std::uint64_t none() { return 7; }

/// Objects in the order of their addresses.
std::uint64_t address_order() {
  struct Node {
    std::uint64_t number;
  };
  std::vector<std::unique_ptr<Node>> nodes;
  std::set<const Node*> ordered;
  for (std::uint64_t i = 0; i < 16; ++i) {
    nodes.push_back(std::make_unique<Node>(Node{i}));
    ordered.insert(nodes.back().get());
  }
  Digest digest;
  for (const Node* node : ordered) digest.add(node->number);
  return digest.value();
}

/// Names in the order of a hash container.
std::uint64_t hash_order() {
  std::unordered_set<std::string> names;
  for (int i = 0; i < 16; ++i) names.insert("server-" + std::to_string(i));
  Digest digest;
  for (const std::string& name : names) digest.add(name);
  return digest.value();
}

std::uint64_t wall_clock() {
  return static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
}

/// A block's content before anything was written to it.
std::uint64_t uninitialised_read() {
  constexpr std::size_t size = 200;
  auto* volatile block = static_cast<unsigned char*>(std::malloc(size));
  Digest digest;
  // The first bytes are the allocator's own, and addresses: the canary is about the rest.
  for (std::size_t i = 32; i < size; ++i)
    digest.add(*const_cast<volatile unsigned char*>(block + i));
  std::free(block);
  return digest.value();
}

/// How far one thread comes until another one has begun.
std::uint64_t thread_race() {
  std::atomic<bool> begun = false;
  std::thread other([&] { begun = true; });
  std::uint64_t rounds = 0;
  while (!begun) ++rounds;
  other.join();
  return rounds;
}

/// How many characters a text has, as the user's locale reads it.
std::uint64_t user_locale() {
  std::setlocale(LC_ALL, "");
  Digest digest;
  digest.add(std::mbstowcs(nullptr, "Z\xc3\xbcrich", 0));
  digest.add(std::localeconv()->decimal_point);
  return digest.value();
}

std::uint64_t environment() {
  const char* home = std::getenv("HOME");
  Digest digest;
  digest.add(home ? home : "");
  return digest.value();
}

/// The engine is the same in every standard library, what a distribution makes of it is not.
std::uint64_t standard_distribution() {
  std::mt19937_64 engine(42);
  std::uniform_int_distribution<int> sides(1, 1000);
  Digest digest;
  for (int i = 0; i < 16; ++i) digest.add(static_cast<std::uint64_t>(sides(engine)));
  return digest.value();
}

std::uint64_t static_initialisation() {
  Digest digest;
  for (const std::string& unit : initialised_units()) digest.add(unit);
  return digest.value();
}

/// SQLite's generator is fixed once and then goes on from world to world.
std::uint64_t sqlite_randomness() {
  static const bool seeded = [] {
    sqlite3_initialize();
    return sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, 1, nullptr) == SQLITE_OK;
  }();
  std::uint64_t number = seeded ? 1 : 0;
  sqlite3_randomness(sizeof number, &number);
  return number;
}

}  // namespace

const std::vector<Canary>& canaries() {
  static const std::vector<Canary> all{
      {"none", none},
      {"address-order", address_order},
      {"hash-order", hash_order},
      {"wall-clock", wall_clock},
      {"uninitialised-read", uninitialised_read},
      {"thread", thread_race},
      {"locale", user_locale},
      {"environment", environment},
      {"distribution", standard_distribution},
      {"static-initialisation", static_initialisation},
      {"sqlite-randomness", sqlite_randomness},
  };
  return all;
}

std::vector<std::string>& initialised_units() {
  static std::vector<std::string> units;
  return units;
}

}  // namespace shardlab::canary
