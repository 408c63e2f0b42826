#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "core/base/channel.h"
#include "core/base/children.h"
#include "sim/world.h"

namespace shardlab::sim {

/// What a coroutine of a BusyProgram waits in.
enum class Wait : std::size_t {
  sleep,
  clock,
  condition,
  foreign,  ///< a condition that outlives the process
  barrier,
  event,
  channel_send,
  channel_receive,
  mutex,
  mutex_held,
  call,
  retry,
  handler,
  stream_next,
  stream_send,  ///< too much is unread
  silent_stream,
  join_all,
  deadline,
  task_group,
  clean_up,
  count
};

/// How many coroutines wait in each way, and how many frames and programs there are. A crashed
/// process must not leave any behind.
struct Census {
  std::array<int, static_cast<std::size_t>(Wait::count)> waiting{};
  int programs = 0;

  int frames() const {
    int sum = 0;
    for (const int count : waiting) sum += count;
    return sum;
  }
};

/// A coroutine of a BusyProgram came out of a wait.
struct WaitEnded {
  static constexpr std::string_view kind = "WaitEnded";
  std::uint64_t wait;
  auto fields() const { return std::array{EventField{"wait", wait}}; }
};

/// What the programs of a world wait for that is not theirs.
struct Surroundings {
  explicit Surroundings(World& world) : never(world.barriers().at("Never").hold()) {}
  Condition condition;
  Barrier& never;
};

/// Counted from its birth to its death, with the coroutine's frame that it is a part of. Where it
/// lives there is nothing but the wait.
class Counted {
 public:
  Counted(Census& census, Wait wait) : count_(census.waiting[static_cast<std::size_t>(wait)]) {
    ++count_;
  }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  int& count_;
};

/// Sits in every kind of wait there is at once, for ever: calls and streams go to the peers.
class BusyProgram final : public Program, public RpcService {
 public:
  static constexpr std::uint16_t port = 7000;

  BusyProgram(Process& process, Census& census, Surroundings& surroundings,
              std::vector<std::string> peers)
      : process_(process),
        census_(census),
        surroundings_(surroundings),
        peers_(std::move(peers)),
        full_(1),
        empty_(1) {
    ++census_.programs;
  }
  ~BusyProgram() override { --census_.programs; }

  Task<> run() override {
    process_.listen(port, *this);
    TaskGroup& background = process_.background();
    background.spawn(sleep_on());
    background.spawn(sleep_by_clock());
    background.spawn(wait_on());
    background.spawn(wait_for_others());
    background.spawn(wait_for_barrier());
    background.spawn(send_on());
    background.spawn(receive_on());
    for (int i = 0; i < 3; ++i) background.spawn(lock_on());
    for (const std::string& peer : peers_) {
      background.spawn(call_on(peer));
      background.spawn(read_on(peer));
      background.spawn(open_without_reading(peer));
    }
    background.spawn(join_on());
    background.spawn(race_on());
    background.spawn(group_on());
    background.spawn(clean_up_on());
    Counted counted(census_, Wait::event);
    co_await never_set_.wait();
  }

  Task<std::string> handle(std::string, std::string request) override {
    Counted counted(census_, Wait::handler);
    co_await sleep_until(now() + 20ms);
    co_return request;
  }

  /// `"silent"` never sends, `"flood"` sends until nobody takes it.
  Task<> handle_stream(std::string, std::string request,
                       std::shared_ptr<ServerStream> stream) override {
    std::string message(100, 'x');
    while (request == "flood") {
      Counted counted(census_, Wait::stream_send);
      co_await stream->send(message);
    }
    Counted counted(census_, Wait::silent_stream);
    co_await never_.wait();
  }

 private:
  TimePoint now() const { return process_.world().now(); }
  void ended(Wait wait) { process_.emit(WaitEnded{static_cast<std::uint64_t>(wait)}); }
  Network& network() { return process_.world().network(); }

  Task<> sleep_on() {
    Counted counted(census_, Wait::sleep);
    for (;;) {
      co_await sleep_until(now() + 3ms);
      ended(Wait::sleep);
    }
  }
  Task<> sleep_by_clock() {
    Counted counted(census_, Wait::clock);
    for (;;) co_await process_.host().clock().sleep(4ms);
  }
  Task<> wait_for_others() {
    Counted counted(census_, Wait::foreign);
    for (;;) co_await surroundings_.condition.wait();
  }
  Task<> wait_for_barrier() {
    Counted counted(census_, Wait::barrier);
    co_await surroundings_.never.wait();
  }
  Task<> wait_on() {
    Counted counted(census_, Wait::condition);
    for (;;) co_await never_.wait_until(now() + 7ms);
  }
  Task<> send_on() {
    Counted counted(census_, Wait::channel_send);
    for (int i = 0;; ++i) co_await full_.send(i);
  }
  Task<> receive_on() {
    Counted counted(census_, Wait::channel_receive);
    co_await empty_.receive();
  }
  Task<> lock_on() {
    for (;;) {
      auto lock = co_await take_lock();
      Counted holds(census_, Wait::mutex_held);
      co_await sleep_until(now() + 5ms);
    }
  }
  Task<Mutex::Lock> take_lock() {
    Counted counted(census_, Wait::mutex);
    auto lock = co_await mutex_.lock();
    co_return lock;
  }
  Task<> call_on(std::string peer) {
    for (;;) {
      auto replied = co_await capture(call(peer));
      ended(Wait::call);
      if (!replied) co_await pause_before_retry();
    }
  }
  Task<> call(std::string peer) {
    Counted counted(census_, Wait::call);
    co_await network().call(process_, peer, "echo", "hello", 30ms);
  }
  Task<> pause_before_retry() {
    Counted counted(census_, Wait::retry);
    co_await sleep_until(now() + 5ms);
  }
  Task<> read_on(std::string peer) {
    for (;;) {
      auto taken = co_await capture(read(peer));
      if (!taken) co_await pause_before_retry();
    }
  }
  Task<> read(std::string peer) {
    Counted counted(census_, Wait::stream_next);
    auto stream = network().open(process_, peer, "read", "silent");
    co_await until(now() + 200ms, stream->next());
  }
  Task<> open_without_reading(std::string peer) {
    for (;;) {
      auto stream = network().open(process_, peer, "read", "flood");
      co_await never_.wait_until(now() + 300ms);
    }
  }
  Task<> join_on() {
    Counted counted(census_, Wait::join_all);
    for (;;) {
      std::vector<Task<>> children;
      for (int i = 1; i <= 3; ++i) children.push_back(nap(i * 4ms));
      co_await join_all(std::move(children));
    }
  }
  Task<> race_on() {
    Counted counted(census_, Wait::deadline);
    for (;;) {
      auto in_time = co_await capture(until(now() + 6ms, nap(1h)));
      ended(Wait::deadline);
      if (in_time) co_return;
    }
  }
  Task<> group_on() {
    Counted counted(census_, Wait::task_group);
    for (;;) {
      auto executor = co_await this_executor();
      TaskGroup group(executor);
      group.spawn(nap(4ms));
      group.spawn(nap(9ms));
      co_await group.join();
    }
  }
  /// Its cleaning takes longer than the deadline that made it clean.
  Task<> clean_up_on() {
    for (;;) co_await capture(until(now() + 2ms, interrupted()));
  }
  Task<> interrupted() {
    Counted counted(census_, Wait::clean_up);
    auto ended = co_await capture_for_cleanup(nap(1h));
    co_await sleep_until(now() + 8ms);
    if (!ended) throw ended.error();
  }
  Task<> nap(Duration span) {
    Counted counted(census_, Wait::sleep);
    co_await sleep_until(now() + span);
  }

  Process& process_;
  Census& census_;
  Surroundings& surroundings_;
  std::vector<std::string> peers_;
  Condition never_;
  Event never_set_;
  Channel<int> full_;
  Channel<int> empty_;
  Mutex mutex_;
};

}  // namespace shardlab::sim
