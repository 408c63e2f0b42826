#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/base/children.h"
#include "core/base/event.h"
#include "sim/clock.h"
#include "sim/fault.h"
#include "sim/hindrance.h"
#include "sim/host_disk.h"

namespace shardlab::sim {

class Host;
class World;
class RpcService;

/// What one incarnation of a process runs. Built at each start, destroyed at its end; after a
/// crash the destructor runs when all its coroutines are gone already, and must only free memory.
class Program {
 public:
  virtual ~Program() = default;
  /// The process ends when this returns.
  virtual Task<> run() = 0;
  /// SIGTERM. True when it ends by itself soon.
  virtual bool terminate() { return false; }
};

/// How an incarnation ended.
enum class ProcessEnd {
  none,        ///< there was none yet, or it runs
  returned,    ///< its program was done
  crashed,     ///< it died; its host closed its connections and kept what it had written
  power_lost,  ///< its host went dark: nobody was told, and what no disk had synced is gone
};

/// A process on a host. It keeps its name and its program factory over incarnations, nothing else.
class Process final : public EventSink {
 public:
  using Factory = std::function<std::unique_ptr<Program>(Process&)>;
  using Action = std::function<void()>;

  Process(World& world, Host& host, std::string name, Factory factory);
  ~Process();

  World& world() { return world_; }
  Host& host() { return host_; }
  const Host& host() const { return host_; }
  const std::string& name() const { return name_; }
  std::uint32_t id() const { return id_; }
  std::uint32_t incarnation() const { return executor().incarnation(); }
  Executor executor() const;
  bool is_running() const { return program_ != nullptr; }
  Program* program() { return program_.get(); }
  /// How the incarnation before this one, or the last one, ended. For factories.
  ProcessEnd last_end() const { return last_end_; }

  /// On a paused host it starts paused, on a slow one slow. Not on one without power.
  void start();
  /// Starts it unless it runs; on a host without power as soon as the power is back.
  void restart();
  /// Kills it in the middle of whatever it does: no user code runs any more, pending work is gone.
  /// Not from within a step of its own: that is what `doom` is for.
  void crash();
  /// Asks it to end (SIGTERM), for good; what does not know how to is stopped.
  void terminate();
  /// Crashes it for good: no fault that ends brings it back.
  void stop();
  bool is_stopped() const { return is_stopped_; }

  /// Crashes it now; when the fault ends, it restarts. Wasted when it does not run.
  [[nodiscard]] std::unique_ptr<Fault> down();
  /// Stops it (SIGSTOP) as long as the fault lives, or until it ends: see Hindrance.
  [[nodiscard]] std::unique_ptr<Fault> pause();
  /// Each of its steps takes `cost` as long as the fault lives, or until it ends.
  [[nodiscard]] std::unique_ptr<Fault> slow(Duration cost);

  // For barriers, which catch a process in the middle of a step. That step cannot be cut short or
  // undone, but nothing of what is left of it gets out of the process.

  /// What it sends and records from here on is dropped; directly after the step it ends like that.
  void doom(ProcessEnd how = ProcessEnd::crashed);
  bool is_doomed() const { return doom_ != ProcessEnd::none; }
  /// Runs `action` at the moment in which this incarnation is doomed, when the disks of its host
  /// take no more of it.
  void when_doomed(Action action) { when_doomed_.push_back(std::move(action)); }
  /// It is paused from the end of the step on. What it sends in the rest of the step waits for the
  /// release; what it writes to disks of its host is written.
  void hold();
  /// As often as `hold`: then what waited leaves, in its order, and the process runs on.
  void release();
  bool is_held() const { return holds_ > 0; }
  /// Whether what it sends may leave. If not, the sender gives it to `keep_back` instead.
  bool may_send() const { return !is_doomed() && !is_held(); }
  /// Takes a send, which runs at the release, or never.
  void keep_back(Action send);

  /// Takes RPCs on `port` of its host until it ends.
  void listen(std::uint16_t port, RpcService& service);
  const std::map<std::uint16_t, RpcService*>& services() const { return services_; }
  /// Background work of this incarnation. An error that escapes it is a bug of the program.
  TaskGroup& background() { return *background_; }

  void record(std::string_view kind, std::span<const EventField> fields) override;

 private:
  friend class Host;
  using MakeFault = std::function<std::unique_ptr<Fault>()>;

  std::unique_ptr<Fault> traced(std::string_view kind, const MakeFault& begin);
  Task<> run_program(std::shared_ptr<Program> program);
  void end(ProcessEnd how, std::string_view event);
  /// Tells the scheduler what the hindrances of process and host amount to.
  void apply_hindrances();

  World& world_;
  Host& host_;
  std::string name_;
  Factory factory_;
  std::uint32_t id_;
  std::shared_ptr<Program> program_;
  std::unique_ptr<TaskGroup> background_;
  std::map<std::uint16_t, RpcService*> services_;
  ProcessEnd last_end_ = ProcessEnd::none;
  Hindrance hindrance_;
  Duration step_cost_{0};
  ProcessEnd doom_ = ProcessEnd::none;
  std::vector<Action> when_doomed_;
  std::uint32_t holds_ = 0;
  std::vector<Action> outbox_;
  bool starts_with_power_ = false;
  bool is_stopped_ = false;
};

/// A machine (or pod) with an address and a clock. Processes of one host talk over its loopback.
class Host {
 public:
  using Action = std::function<void()>;

  Host(World& world, std::string name, std::string ip);

  const std::string& name() const { return name_; }
  const std::string& ip() const { return ip_; }
  HostClock& clock() { return clock_; }
  Process& add_process(std::string name, Process::Factory factory);
  const std::vector<std::unique_ptr<Process>>& processes() const { return processes_; }
  /// An empty one, or one with that content.
  HostDisk& add_disk(std::string name, Guarantees guarantees = Guarantees::ordered);
  HostDisk& add_disk(std::string name, std::unique_ptr<Disk> content);
  /// Null when there is none of that name.
  Process* find_process(std::string_view name);
  HostDisk* find_disk(std::string_view name);
  /// The running process that listens on the port, or null.
  Process* listener(std::uint16_t port);

  /// All its processes die, the machine goes on: their peers are told.
  void crash();
  /// The machine goes dark: no peer is told, its disks lose what is not synced, and `action`s of
  /// `when_power_fails` run.
  void lose_power();
  bool has_power() const { return outages_ == 0; }
  /// What a power loss does to all its disks.
  void set_crash_mode(CrashMode mode);
  /// Runs `action` at every power loss, when the processes are gone and its disks have lost theirs.
  void when_power_fails(Action action) { when_power_fails_.push_back(std::move(action)); }

  /// `crash` now; when the fault ends, what it ended starts again.
  [[nodiscard]] std::unique_ptr<Fault> down();
  /// `lose_power` now; the power comes back when the fault ends, and what ran starts again.
  [[nodiscard]] std::unique_ptr<Fault> power_off();
  /// Nothing on it runs (a stalled machine) as long as the fault lives, over restarts, too.
  [[nodiscard]] std::unique_ptr<Fault> pause();
  /// Each step of its processes takes `cost` as long as the fault lives, over restarts, too.
  [[nodiscard]] std::unique_ptr<Fault> slow(Duration cost);
  [[nodiscard]] std::unique_ptr<Fault> skew(Duration offset);
  [[nodiscard]] std::unique_ptr<Fault> drift(std::int64_t ppm);
  std::unique_ptr<Fault> jump(Duration step);

 private:
  friend class Process;
  class Down;
  class PowerOff;
  using MakeFault = Process::MakeFault;

  std::unique_ptr<Fault> traced(std::string_view kind, const MakeFault& begin);
  void apply_hindrances();
  /// What is left of this incarnation has no part in the disks any more.
  void unmount(const Process& process);
  std::uint64_t delayed_steps() const;

  World& world_;
  std::string name_;
  std::string ip_;
  HostClock clock_;
  Hindrance hindrance_;
  std::uint32_t outages_ = 0;
  std::vector<Action> when_power_fails_;
  std::vector<std::unique_ptr<HostDisk>> disks_;  ///< outlive the programs, which hold files
  std::vector<std::unique_ptr<Process>> processes_;
};

}  // namespace shardlab::sim
