// A small simulated world into which one leak is fed on purpose. Speaks the part of `shardlab run`
// that the comparison needs:
//   canary NAME --seeds A..B                 a line for each world: NAME seed 1  trace DIGEST
//   canary NAME --seed N --trace FILE        also every event of it, as JSON lines
//   canary --list                            the names

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <span>

#include "sim/world.h"
#include "tests/determinism/leaks.h"

namespace {

using namespace shardlab;

struct Stepped {
  static constexpr std::string_view kind = "Stepped";
  std::uint64_t nap_us;
  std::array<EventField, 1> fields() const { return {EventField{"nap_us", nap_us}}; }
};

/// Sleeps a few times, each time for a drawn while; the leak decides the bound of the draw.
class Sleeper final : public sim::Program {
 public:
  Sleeper(sim::Process& process, canary::Leak leak) : process_(process), leak_(leak) {}

  Task<> run() override {
    for (int step = 0; step < 4; ++step) {
      const std::uint64_t bound = 1000 + leak_() % 100'000;
      const std::uint64_t nap = process_.world().choices().draw("canary.nap", bound);
      process_.emit(Stepped{nap});
      co_await sleep_until(process_.world().now() + std::chrono::microseconds(nap));
    }
  }

 private:
  sim::Process& process_;
  canary::Leak leak_;
};

std::string play(std::uint64_t seed, canary::Leak leak, const sim::Trace::Observer& observer) {
  sim::World world(seed);
  if (observer) world.trace().observe(observer);
  for (const char* number : {"1", "2", "3"}) {
    sim::Host& host =
        world.add_host(std::string("host-") + number, std::string("10.0.0.") + number);
    host.add_process(
            "sleeper",
            [leak](sim::Process& process) { return std::make_unique<Sleeper>(process, leak); })
        .start();
  }
  world.scheduler().run_until([] { return false; });
  return world.trace().digest();
}

struct Arguments {
  const canary::Canary* canary = nullptr;
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  std::string trace;
};

/// `"7"` or `"1..20"`.
bool parse_seeds(std::string_view text, Arguments& arguments) {
  const std::size_t dots = text.find("..");
  const char* end = text.data() + text.size();
  if (dots == text.npos) {
    const bool read = std::from_chars(text.data(), end, arguments.first).ptr == end;
    arguments.last = arguments.first;
    return read;
  }
  return std::from_chars(text.data(), text.data() + dots, arguments.first).ec == std::errc() &&
         std::from_chars(text.data() + dots + 2, end, arguments.last).ptr == end;
}

bool parse(std::span<char*> words, Arguments& arguments) {
  if (words.size() < 2) return false;
  const std::string_view name = words[1];
  const auto found = std::ranges::find(canary::canaries(), name, &canary::Canary::name);
  if (found == canary::canaries().end()) return false;
  arguments.canary = &*found;
  for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
    const std::string_view option = words[i];
    if (option == "--trace") {
      arguments.trace = words[i + 1];
    } else if ((option != "--seeds" && option != "--seed") ||
               !parse_seeds(words[i + 1], arguments)) {
      return false;
    }
  }
  return words.size() % 2 == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--list") {
    for (const canary::Canary& canary : canary::canaries()) std::puts(canary.name.data());
    return 0;
  }
  Arguments arguments;
  if (!parse({argv, static_cast<std::size_t>(argc)}, arguments)) {
    std::fputs("usage: canary NAME [--seeds A..B] [--trace FILE], or canary --list\n", stderr);
    return 2;
  }
  sim::Trace::Observer observer;
  std::ofstream trace;
  if (!arguments.trace.empty()) {
    trace.open(arguments.trace);
    observer = [&trace](const sim::TraceEvent& event) {
      trace << sim::to_json(event, sim::World::start_time) << '\n';
    };
  }
  for (std::uint64_t seed = arguments.first; seed <= arguments.last; ++seed) {
    const std::string digest = play(seed, arguments.canary->leak, observer);
    std::printf("%s seed %llu  trace %s\n", arguments.canary->name.data(),
                static_cast<unsigned long long>(seed), digest.c_str());
  }
  return 0;
}
