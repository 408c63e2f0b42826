#include "sim/clock.h"

#include "sim/scheduler.h"

namespace shardlab::sim {
namespace {

constexpr std::int64_t million = 1'000'000;

/// What a clock of that rate counts while `elapsed` (not negative) goes by. Rounds down.
Duration counted(Duration elapsed, std::int64_t ppm) {
  const std::int64_t rate = million + ppm;
  const std::int64_t ns = elapsed.count();
  return Duration(ns / million * rate + ns % million * rate / million);
}

/// The least that must go by until a clock of that rate has counted `duration` (not negative).
Duration needed(Duration duration, std::int64_t ppm) {
  const std::int64_t rate = million + ppm;
  const std::int64_t ns = duration.count();
  return Duration(ns / rate * million + (ns % rate * million + rate - 1) / rate);
}

}  // namespace

/// A fault of the clock that counts what it did to those who read it.
struct HostClock::Reader : Fault {
  explicit Reader(HostClock& clock) : clock(clock) { clock.readers_.push_back(this); }
  ~Reader() override { std::erase(clock.readers_, this); }
  virtual void wall_read() = 0;
  virtual void timer_moved() {}

  HostClock& clock;
};

class HostClock::Skew final : public Reader {
 public:
  Skew(HostClock& clock, Duration offset) : Reader(clock), offset_(offset) {
    clock.offset_ += offset;
  }
  ~Skew() override { clock.offset_ -= offset_; }
  void wall_read() override {
    if (offset_.count() != 0) count_effect();
  }

 private:
  Duration offset_;
};

class HostClock::Jump final : public Reader {
 public:
  Jump(HostClock& clock, Duration step) : Reader(clock), step_(step) { clock.offset_ += step; }
  void wall_read() override {
    if (step_.count() != 0) count_effect();
  }

 private:
  Duration step_;
};

class HostClock::Drift final : public Reader {
 public:
  Drift(HostClock& clock, std::int64_t ppm) : Reader(clock), ppm_(ppm) {
    clock.change_rate(clock.ppm_ + ppm);
  }
  ~Drift() override { clock.change_rate(clock.ppm_ - ppm_); }
  void wall_read() override {
    if (clock.steady() != clock.scheduler_.now()) count_effect();
  }
  void timer_moved() override { count_effect(); }

 private:
  std::int64_t ppm_;
};

HostClock::HostClock(const Scheduler& scheduler)
    : scheduler_(scheduler), since_(scheduler.now()), steady_since_(since_) {}

TimePoint HostClock::steady() const {
  return steady_since_ + counted(scheduler_.now() - since_, ppm_);
}

TimePoint HostClock::now() {
  for (Reader* reader : readers_) reader->wall_read();
  return steady() + offset_;
}

Duration HostClock::error() const { return steady() + offset_ - scheduler_.now(); }

TimePoint HostClock::deadline(Duration duration) {
  const TimePoint now = scheduler_.now();
  if (ppm_ == 0 || duration.count() <= 0) return now + duration;
  // The steady clock may stand within its nanosecond; asked is the first instant that shows it.
  const TimePoint at = since_ + needed(steady() + duration - steady_since_, ppm_);
  if (at != now + duration) {
    for (Reader* reader : readers_) reader->timer_moved();
  }
  return at;
}

Task<> HostClock::sleep(Duration duration) {
  const TimePoint end = steady() + duration;
  do {  // also for nothing it suspends once, and lets the others run
    co_await rate_changed_.wait_until(deadline(end - steady()));
  } while (steady() < end);
}

void HostClock::change_rate(std::int64_t ppm) {
  check(ppm >= -drift_limit_ppm && ppm <= drift_limit_ppm, "a clock drifts too far");
  steady_since_ = steady();
  since_ = scheduler_.now();
  ppm_ = ppm;
  rate_changed_.notify_all();
}

std::unique_ptr<Fault> HostClock::skew(Duration offset) {
  return std::make_unique<Skew>(*this, offset);
}

std::unique_ptr<Fault> HostClock::drift(std::int64_t ppm) {
  return std::make_unique<Drift>(*this, ppm);
}

std::unique_ptr<Fault> HostClock::jump(Duration step) {
  return std::make_unique<Jump>(*this, step);
}

}  // namespace shardlab::sim
