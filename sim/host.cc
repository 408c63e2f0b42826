#include "sim/host.h"

#include "sim/world.h"

namespace shardlab::sim {

Process::Process(World& world, Host& host, std::string name, Factory factory)
    : world_(world),
      host_(host),
      name_(std::move(name)),
      factory_(std::move(factory)),
      id_(world.scheduler().add_process()) {}

Process::~Process() {
  if (is_running()) world_.scheduler().kill(id_);
}

Executor Process::executor() const { return world_.scheduler().executor(id_); }

void Process::start() {
  check(!is_running(), "a process is started while it runs");
  background_ = std::make_unique<TaskGroup>(executor(), TaskGroup::OnError::fail_loop);
  record("ProcessStarted", {});
  program_ = factory_(*this);
  background_->spawn(run_program(program_));
}

Task<> Process::run_program(std::shared_ptr<Program> program) {
  co_await program->run();
  // The end of the program is an event of the world: it frees this very coroutine.
  world_.scheduler().at(world_.now(), [this, incarnation = incarnation()] {
    if (is_running() && this->incarnation() == incarnation) {
      record("ProcessEnded", {});
      clean();
    }
  });
}

void Process::crash() {
  if (!is_running()) return;
  record("ProcessCrashed", {});
  clean();
}

void Process::clean() {
  services_.clear();
  const std::uint32_t ended = incarnation();
  world_.scheduler().kill(id_);
  background_.reset();
  program_.reset();
  world_.network().process_ended(id_, ended);
}

void Process::listen(std::uint16_t port, RpcService& service) {
  check(!host_.listener(port), "two processes listen on one port");
  services_[port] = &service;
}

void Process::record(std::string_view kind, std::span<const EventField> fields) {
  world_.trace().record(world_.now(), host_.name(), name_, kind, fields);
}

Host::Host(World& world, std::string name, std::string ip)
    : world_(world), name_(std::move(name)), ip_(std::move(ip)) {}

Process& Host::add_process(std::string name, Process::Factory factory) {
  processes_.push_back(
      std::make_unique<Process>(world_, *this, std::move(name), std::move(factory)));
  return *processes_.back();
}

Process* Host::find_process(std::string_view name) {
  for (auto& process : processes_) {
    if (process->name() == name) return process.get();
  }
  return nullptr;
}

Process* Host::listener(std::uint16_t port) {
  for (auto& process : processes_) {
    if (process->is_running() && process->services().count(port)) return process.get();
  }
  return nullptr;
}

void Host::crash() {
  for (auto& process : processes_) process->crash();
}

}  // namespace shardlab::sim
