#include "sim/host.h"

#include "sim/world.h"

namespace shardlab::sim {

Process::Process(World& world, Host& host, std::string name, Factory factory)
    : world_(world),
      host_(host),
      name_(std::move(name)),
      factory_(std::move(factory)),
      id_(world.scheduler().add_process()),
      hindrance_([this] { apply_hindrances(); },
                 [this] { return world_.scheduler().delayed(id_); }) {}

Process::~Process() {
  if (is_running()) world_.scheduler().kill(id_);
}

Executor Process::executor() const { return world_.scheduler().executor(id_); }

void Process::start() {
  check(!is_running(), "a process is started while it runs");
  check(host_.has_power(), "a process is started on a host without power");
  starts_with_power_ = false;
  is_stopped_ = false;
  apply_hindrances();
  background_ = std::make_unique<TaskGroup>(executor(), TaskGroup::OnError::fail_loop);
  record("ProcessStarted", {});
  program_ = factory_(*this);
  background_->spawn(run_program(program_));
}

void Process::restart() {
  if (is_running()) return;
  is_stopped_ = false;
  starts_with_power_ = !host_.has_power();
  if (!starts_with_power_) start();
}

Task<> Process::run_program(std::shared_ptr<Program> program) {
  co_await program->run();
  // The end of the program is an event of the world: it frees this very coroutine.
  world_.scheduler().at(world_.now(), [this, incarnation = incarnation()] {
    if (is_running() && this->incarnation() == incarnation) {
      end(ProcessEnd::returned, "ProcessEnded");
    }
  });
}

void Process::crash() {
  if (is_running()) end(ProcessEnd::crashed, "ProcessCrashed");
}

void Process::terminate() {
  if (!is_running() || !program_->terminate()) return stop();
  is_stopped_ = true;
}

void Process::stop() {
  crash();
  is_stopped_ = true;
  starts_with_power_ = false;
}

void Process::end(ProcessEnd how, std::string_view event) {
  doom_ = ProcessEnd::none;  // its end is the one thing that a doomed process still records
  record(event, {});
  host_.unmount(*this);
  services_.clear();
  outbox_.clear();
  when_doomed_.clear();
  holds_ = 0;
  hindrance_.forget();
  step_cost_ = Duration(0);
  const std::uint32_t ended = incarnation();
  world_.scheduler().kill(id_);
  background_.reset();
  program_.reset();
  doom_ = ProcessEnd::none;
  last_end_ = how;
  world_.network().process_ended(
      id_, ended, how == ProcessEnd::power_lost ? Farewell::silent : Farewell::reset);
}

void Process::doom(ProcessEnd how) {
  if (is_doomed() || !background_) return;
  doom_ = how;
  host_.unmount(*this);
  for (const Action& action : std::exchange(when_doomed_, {})) action();
  world_.scheduler().after_step([this, how, incarnation = incarnation()] {
    if (!is_running() || this->incarnation() != incarnation) return;
    if (how == ProcessEnd::power_lost) {
      host_.lose_power();
    } else {
      crash();
    }
  });
}

void Process::hold() {
  ++holds_;
  apply_hindrances();
}

void Process::release() {
  if (holds_ == 0 || --holds_ > 0) return;  // it may have ended meanwhile
  for (const Action& send : std::exchange(outbox_, {})) send();
  apply_hindrances();
}

void Process::keep_back(Action send) {
  if (!is_doomed()) outbox_.push_back(std::move(send));
}

void Process::apply_hindrances() {
  Scheduler& scheduler = world_.scheduler();
  const bool is_paused = is_held() || hindrance_.is_paused() || host_.hindrance_.is_paused();
  if (is_paused != scheduler.is_paused(id_)) {
    is_paused ? scheduler.pause(id_) : scheduler.resume(id_);
  }
  const Duration cost = hindrance_.cost() + host_.hindrance_.cost();
  if (cost != step_cost_) scheduler.set_step_cost(id_, cost);
  step_cost_ = cost;
}

void Process::listen(std::uint16_t port, RpcService& service) {
  check(!host_.listener(port), "two processes listen on one port");
  services_[port] = &service;
}

void Process::record(std::string_view kind, std::span<const EventField> fields) {
  if (!is_doomed()) world_.trace().record(world_.now(), host_.name(), name_, kind, fields);
}

Host::Host(World& world, std::string name, std::string ip)
    : world_(world),
      name_(std::move(name)),
      ip_(std::move(ip)),
      clock_(world.scheduler()),
      hindrance_([this] { apply_hindrances(); }, [this] { return delayed_steps(); }) {}

Process& Host::add_process(std::string name, Process::Factory factory) {
  processes_.push_back(
      std::make_unique<Process>(world_, *this, std::move(name), std::move(factory)));
  return *processes_.back();
}

HostDisk& Host::add_disk(std::string name, Guarantees guarantees) {
  return add_disk(std::move(name), std::make_unique<Disk>(guarantees));
}

HostDisk& Host::add_disk(std::string name, std::unique_ptr<Disk> content) {
  disks_.push_back(std::make_unique<HostDisk>(world_, *this, std::move(name), std::move(content)));
  return *disks_.back();
}

Process* Host::find_process(std::string_view name) {
  for (auto& process : processes_) {
    if (process->name() == name) return process.get();
  }
  return nullptr;
}

HostDisk* Host::find_disk(std::string_view name) {
  for (auto& disk : disks_) {
    if (disk->name() == name) return disk.get();
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

void Host::lose_power() {
  for (auto& process : processes_) {
    if (process->is_running()) process->end(ProcessEnd::power_lost, "ProcessLostPower");
  }
  for (auto& disk : disks_) disk->lose_power();
  for (const Action& action : when_power_fails_) action();
}

void Host::set_crash_mode(CrashMode mode) {
  for (auto& disk : disks_) disk->set_crash_mode(mode);
}

void Host::unmount(const Process& process) {
  for (auto& disk : disks_) disk->unmount(process);
}

void Host::apply_hindrances() {
  for (auto& process : processes_) process->apply_hindrances();
}

std::uint64_t Host::delayed_steps() const {
  std::uint64_t sum = 0;
  for (const auto& process : processes_) sum += world_.scheduler().delayed(process->id());
  return sum;
}

}  // namespace shardlab::sim
