#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <functional>
#include <map>

#include "tools/bench/figure.h"
#include "tools/bench/peer_cases.h"
#include "tools/bench/peer_program.h"
#include "tools/bench/sim_cases.h"

namespace shardlab::bench {
namespace {

/// Something measured in every repeat: nanoseconds an event, and what it allocates.
struct Case {
  std::string name;
  std::function<Sample()> measure;
  std::vector<double> ns;
  std::vector<double> allocations;
};

class SimBench {
 public:
  SimBench(const std::string& peers, double scale) : scale_(scale) {
    ns3_ = std::make_unique<PeerProgram>(peers + "/peer_ns3");
    simgrid_ = std::make_unique<PeerProgram>(peers + "/peer_simgrid");
    for (std::size_t n : {100, 10'000}) add_sleeps(n);
    add_posts();
    add_waits();
  }

  void run(int repeats) {
    for (int repeat = 0; repeat < repeats; ++repeat) {
      std::fprintf(stderr, "\rrepeat %d of %d", repeat + 1, repeats);
      for (Case& c : cases_) {
        const Sample sample = c.measure();
        c.ns.push_back(sample.ns);
        c.allocations.push_back(sample.allocations);
      }
    }
    std::fputc('\n', stderr);
  }

  bool run_one(const std::string& name) {
    for (Case& c : cases_) {
      if (c.name == name) return c.measure(), true;
    }
    return false;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Case& c : cases_) names.push_back(c.name);
    return names;
  }

  std::vector<Figure> figures();

 private:
  Work work(std::size_t n, std::uint64_t events) const {
    return {n, static_cast<std::uint64_t>(static_cast<double>(events) * scale_)};
  }
  void add(std::string name, std::function<Sample()> measure) {
    cases_.push_back({std::move(name), std::move(measure), {}, {}});
  }
  void add_peer(std::string name, PeerProgram* program, Work work) {
    add(std::move(name), [=] { return Sample{program->ns_per_event(work), 0}; });
  }
  void add_sleeps(std::size_t n);
  void add_posts();
  void add_waits();

  const Case& find(const std::string& name) const;
  std::string failure_of(const std::string& name) const;
  void report(const std::string& name, std::optional<Target> target = std::nullopt);
  void compare(const std::string& name, const std::string& peer,
               std::optional<double> at_most = std::nullopt);
  void report_sleeps(std::size_t n);
  void report_memory();

  double scale_;
  std::unique_ptr<PeerProgram> ns3_;
  std::unique_ptr<PeerProgram> simgrid_;
  std::vector<Case> cases_;
  std::vector<Figure> figures_;
};

std::string at(std::string name, std::size_t n) { return fmt::format("{}, N={}", name, n); }

sim::Schedule schedule(std::string_view text) { return sim::Schedule::parse(text).value(); }

void SimBench::add_sleeps(std::size_t n) {
  const Work w = work(n, 500'000);
  add(at("sleep", n), [=] { return sleep_on_scheduler(w); });
  add(at("sleep, asio loop", n), [=] { return sleep_on_asio_loop(w, false); });
  add(at("sleep, no digest", n), [=] { return sleep_on_scheduler(w, {.digest = false}); });
  add(at("sleep, cancellable", n), [=] { return sleep_on_scheduler(w, {.cancellable = true}); });
  add(at("sleep, asio loop, cancellable", n), [=] { return sleep_on_asio_loop(w, true); });
  add(at("sleep, random", n),
      [=] { return sleep_on_scheduler(w, {.schedule = schedule("random")}); });
  add(at("timer, bare heap", n), [=] { return sleep_on_heap(w); });
  add_peer(at("timer, ns-3", n), ns3_.get(), work(n, 200'000));
  // An actor has a stack of its own; ten thousand of them take their time.
  add_peer(at("sleep, SimGrid actors", n), simgrid_.get(), work(n, 20'000));
}

void SimBench::add_posts() {
  const Work w = work(100, 500'000);
  add("post", [=] { return post_on_scheduler(w); });
  add("post, io_context", [=] { return post_on_io_context(w); });
  for (const char* text : {"random", "pct:3", "delay:5"}) {
    const sim::Schedule s = schedule(text);
    add(fmt::format("post, {}", text), [=] { return post_on_scheduler(w, {.schedule = s}); });
  }
  add("post of a function", [=] { return raw_post_on_scheduler(w); });
  add("post of a function, io_context", [=] { return raw_post_on_io_context(w); });
}

void SimBench::add_waits() {
  const Work w = work(100, 200'000);
  add("Condition round trip", [=] { return notify_round_trip(w); });
  add("Channel round trip", [=] { return channel_round_trip(w); });
  add("race, Condition, in time", [=] { return race_of_condition(w, Outcome::in_time); });
  add("race, Condition, deadline", [=] { return race_of_condition(w, Outcome::deadline); });
  add("race, until, in time", [=] { return race_of_until(w, Outcome::in_time); });
  const Work few = work(100, 50'000);
  add("race, until, deadline (throws)", [=] { return race_of_until(few, Outcome::deadline); });
}

const Case& SimBench::find(const std::string& name) const {
  for (const Case& c : cases_) {
    if (c.name == name) return c;
  }
  throw std::logic_error("no case " + name);
}

std::string SimBench::failure_of(const std::string& name) const {
  if (name.find("ns-3") != name.npos) return ns3_->failure();
  if (name.find("SimGrid") != name.npos) return simgrid_->failure();
  return "";
}

/// A line with the value itself.
void SimBench::report(const std::string& name, std::optional<Target> target) {
  Figure figure{.name = name, .unit = "ns", .target = target, .skipped = failure_of(name)};
  if (figure.skipped.empty()) figure.value = median(find(name).ns);
  figures_.push_back(std::move(figure));
}

/// A line with the value and its ratio to a peer.
void SimBench::compare(const std::string& name, const std::string& peer,
                       std::optional<double> at_most) {
  Figure figure{.name = name, .unit = "ns", .peer = peer, .skipped = failure_of(peer)};
  figure.value = median(find(name).ns);
  if (figure.skipped.empty()) figure.ratio = median_ratio(find(name).ns, find(peer).ns);
  if (at_most) figure.target = Target{Target::Of::ratio, *at_most};
  figures_.push_back(std::move(figure));
}

void SimBench::report_sleeps(std::size_t n) {
  const std::string sleep = at("sleep", n);
  compare(sleep, at("sleep, asio loop", n), 1.2);
  compare(sleep, at("timer, ns-3", n), 1 / 1.4);
  compare(sleep, at("sleep, SimGrid actors", n), 1 / 10.0);
  compare(sleep, at("timer, bare heap", n));
  compare(sleep, at("sleep, no digest", n), 1.15);
  compare(at("sleep, cancellable", n), at("sleep, asio loop, cancellable", n), 1.2);
  compare(at("sleep, random", n), sleep);
  for (const char* peer : {"sleep, asio loop", "sleep, no digest", "sleep, asio loop, cancellable",
                           "timer, bare heap", "timer, ns-3", "sleep, SimGrid actors"}) {
    report(at(peer, n));
  }
  figures_.push_back({.name = at("mallocs of a sleep", n),
                      .value = median(find(at("sleep, cancellable", n)).allocations),
                      .target = Target{Target::Of::value, 0.05}});
}

void SimBench::report_memory() {
  figures_.push_back({.name = "memory of a sleeping coroutine",
                      .value = bytes_per_sleeper(10'000),
                      .unit = "bytes"});
}

std::vector<Figure> SimBench::figures() {
  figures_.clear();
  for (std::size_t n : {100, 10'000}) report_sleeps(n);
  report_memory();
  compare("post", "post, io_context");
  compare("post of a function", "post of a function, io_context");
  report("post, io_context");
  report("post of a function, io_context");
  for (const char* name : {"post, random", "post, pct:3", "post, delay:5"}) compare(name, "post");
  report("Condition round trip");
  report("Channel round trip");
  const Target fast{Target::Of::value, 600};
  report("race, Condition, in time", fast);
  report("race, Condition, deadline", fast);
  report("race, until, in time", fast);
  report("race, until, deadline (throws)");
  return figures_;
}

int run(int argc, char** argv) {
  CLI::App app("What the scheduler costs, in thread CPU time, side by side with others.");
  bool json = false;
  int repeats = 7;
  double scale = 1;
  std::string peers;
  std::string one;
  app.add_flag("--json", json, "one JSON object a line and figure");
  app.add_option("--repeats", repeats, "the median of how many")->check(CLI::Range(1, 1000));
  app.add_option("--scale", scale, "so many times the usual number of events");
  app.add_option("--peers", peers, "folder of peer_ns3 and peer_simgrid");
  app.add_option("--one", one, "run this case once and print nothing: for a profiler");
  CLI11_PARSE(app, argc, argv);

  SimBench bench(peers, scale);
  if (!one.empty()) {
    if (bench.run_one(one)) return 0;
    for (const std::string& name : bench.names()) std::fprintf(stderr, "%s\n", name.c_str());
    return 2;
  }
  bench.run(repeats);
  const auto figures = bench.figures();
  if (json) {
    for (const Figure& figure : figures) std::puts(to_json("sim", figure).c_str());
  } else {
    std::printf("medians of %d interleaved repeats; ns of thread CPU time an event\n\n", repeats);
    std::fputs(to_table(figures).c_str(), stdout);
  }
  return 0;
}

}  // namespace
}  // namespace shardlab::bench

int main(int argc, char** argv) { return shardlab::bench::run(argc, argv); }
