#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/world.h"

namespace shardlab::sim {

/// A program that is one function. It must not be a capturing lambda that is itself a coroutine.
using Body = std::function<Task<>(Process&)>;

class FunctionProgram final : public Program {
 public:
  FunctionProgram(Process& process, Body body) : process_(process), body_(std::move(body)) {}
  Task<> run() override { return body_(process_); }

 private:
  Process& process_;
  Body body_;
};

inline Process& add_process(Host& host, std::string name, Body body) {
  return host.add_process(std::move(name), [body = std::move(body)](Process& process) {
    return std::make_unique<FunctionProgram>(process, body);
  });
}

/// A host of that name with one started process `main`.
inline Process& add_running(World& world, std::string host, std::string ip, Body body) {
  Process& process = add_process(world.add_host(host, std::move(ip)), "main", std::move(body));
  process.start();
  return process;
}

inline void run_for(World& world, Duration duration) {
  world.scheduler().run_until([] { return false; }, world.now() + duration);
}

/// Since the world began.
inline Duration elapsed(const World& world) { return world.now() - World::start_time; }

}  // namespace shardlab::sim
