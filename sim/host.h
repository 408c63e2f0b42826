#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/base/children.h"
#include "core/base/event.h"

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
};

/// A process on a host. It keeps its name and its program factory over incarnations, nothing else.
class Process final : public EventSink {
 public:
  using Factory = std::function<std::unique_ptr<Program>(Process&)>;

  Process(World& world, Host& host, std::string name, Factory factory);
  ~Process();

  World& world() { return world_; }
  Host& host() { return host_; }
  const std::string& name() const { return name_; }
  std::uint32_t id() const { return id_; }
  std::uint32_t incarnation() const { return executor().incarnation(); }
  Executor executor() const;
  bool is_running() const { return program_ != nullptr; }
  Program* program() { return program_.get(); }

  void start();
  /// Kills it in the middle of whatever it does: no user code runs any more, pending work is gone.
  void crash();

  /// Takes RPCs on `port` of its host until it ends.
  void listen(std::uint16_t port, RpcService& service);
  const std::map<std::uint16_t, RpcService*>& services() const { return services_; }
  /// Background work of this incarnation. An error that escapes it is a bug of the program.
  TaskGroup& background() { return *background_; }

  void record(std::string_view kind, std::span<const EventField> fields) override;

 private:
  Task<> run_program(std::shared_ptr<Program> program);
  void clean();

  World& world_;
  Host& host_;
  std::string name_;
  Factory factory_;
  std::uint32_t id_;
  std::shared_ptr<Program> program_;
  std::unique_ptr<TaskGroup> background_;
  std::map<std::uint16_t, RpcService*> services_;
};

/// A machine (or pod) with an address. Processes of one host talk over its loopback.
class Host {
 public:
  Host(World& world, std::string name, std::string ip);

  const std::string& name() const { return name_; }
  const std::string& ip() const { return ip_; }
  Process& add_process(std::string name, Process::Factory factory);
  /// Null when there is none of that name.
  Process* find_process(std::string_view name);
  /// The running process that listens on the port, or null.
  Process* listener(std::uint16_t port);
  void crash();

 private:
  World& world_;
  std::string name_;
  std::string ip_;
  std::vector<std::unique_ptr<Process>> processes_;
};

}  // namespace shardlab::sim
