#include "sim/hindrance.h"

#include <algorithm>

#include "core/base/error.h"

namespace shardlab::sim {

class Hindrance::Delay final : public Fault {
 public:
  Delay(Hindrance& hindrance, bool is_pause, Duration cost)
      : is_pause(is_pause),
        cost(cost),
        hindrance_(&hindrance),
        delayed_before_(hindrance.delayed_()) {}

  ~Delay() override {
    if (!hindrance_) return;
    std::erase(hindrance_->delays_, this);
    hindrance_->changed_();
  }

  std::uint64_t effects() const override {
    return hindrance_ ? hindrance_->delayed_() - delayed_before_ : Fault::effects();
  }

  void detach() {
    count_effect(effects());
    hindrance_ = nullptr;
  }

  const bool is_pause;
  const Duration cost;

 private:
  Hindrance* hindrance_;  ///< null when it is over before its end
  std::uint64_t delayed_before_;
};

Hindrance::Hindrance(std::function<void()> changed, std::function<std::uint64_t()> delayed)
    : changed_(std::move(changed)), delayed_(std::move(delayed)) {}

std::unique_ptr<Fault> Hindrance::add(bool is_pause, Duration cost) {
  auto delay = std::make_unique<Delay>(*this, is_pause, cost);
  delays_.push_back(delay.get());
  changed_();
  return delay;
}

std::unique_ptr<Fault> Hindrance::pause() { return add(true, Duration(0)); }

std::unique_ptr<Fault> Hindrance::slow(Duration cost) {
  check(cost.count() > 0, "a slow process has a cost per step");
  return add(false, cost);
}

bool Hindrance::is_paused() const {
  return std::any_of(delays_.begin(), delays_.end(), [](Delay* delay) { return delay->is_pause; });
}

Duration Hindrance::cost() const {
  Duration sum(0);
  for (const Delay* delay : delays_) sum += delay->cost;
  return sum;
}

void Hindrance::forget() {
  for (Delay* delay : delays_) delay->detach();
  delays_.clear();
}

}  // namespace shardlab::sim
