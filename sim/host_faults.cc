// What can be wrong with a host or process, as faults that the trace tells of.

#include "sim/host.h"
#include "sim/traced_fault.h"
#include "sim/world.h"

namespace shardlab::sim {

/// The processes that a fault ended; they are its effects.
class Host::Down : public Fault {
 public:
  ~Down() override {
    for (Process* process : ended_) {
      if (!process->is_stopped()) process->restart();
    }
  }

  void will_end(Process& process) {
    if (!process.is_running()) return;
    ended_.push_back(&process);
    count_effect();
  }

 private:
  std::vector<Process*> ended_;
};

class Host::PowerOff final : public Host::Down {
 public:
  explicit PowerOff(Host& host) : host_(host) { ++host_.outages_; }
  ~PowerOff() override {
    if (--host_.outages_ > 0) return;
    for (auto& process : host_.processes_) {
      if (process->starts_with_power_) process->restart();
    }
  }

 private:
  Host& host_;
};

std::unique_ptr<Fault> Process::traced(std::string_view kind, const MakeFault& begin) {
  return traced_fault(world_, kind, host_.name() + "/" + name_, begin);
}

std::unique_ptr<Fault> Process::down() {
  return traced("crash", [this] {
    auto fault = std::make_unique<Host::Down>();
    fault->will_end(*this);
    crash();
    return fault;
  });
}

std::unique_ptr<Fault> Process::pause() {
  return traced("pause", [this] { return hindrance_.pause(); });
}

std::unique_ptr<Fault> Process::slow(Duration cost) {
  return traced("slow-cpu", [this, cost] { return hindrance_.slow(cost); });
}

std::unique_ptr<Fault> Host::traced(std::string_view kind, const MakeFault& begin) {
  return traced_fault(world_, kind, name_, begin);
}

std::unique_ptr<Fault> Host::down() {
  return traced("crash", [this] {
    auto fault = std::make_unique<Down>();
    for (auto& process : processes_) fault->will_end(*process);
    crash();
    return fault;
  });
}

std::unique_ptr<Fault> Host::power_off() {
  return traced("power-loss", [this] {
    auto fault = std::make_unique<PowerOff>(*this);
    for (auto& process : processes_) fault->will_end(*process);
    lose_power();
    return fault;
  });
}

std::unique_ptr<Fault> Host::pause() {
  return traced("pause", [this] { return hindrance_.pause(); });
}

std::unique_ptr<Fault> Host::slow(Duration cost) {
  return traced("slow-cpu", [this, cost] { return hindrance_.slow(cost); });
}

std::unique_ptr<Fault> Host::skew(Duration offset) {
  return traced("clock-skew", [this, offset] { return clock_.skew(offset); });
}

std::unique_ptr<Fault> Host::drift(std::int64_t ppm) {
  return traced("clock-drift", [this, ppm] { return clock_.drift(ppm); });
}

std::unique_ptr<Fault> Host::jump(Duration step) {
  return traced("clock-jump", [this, step] { return clock_.jump(step); });
}

}  // namespace shardlab::sim
