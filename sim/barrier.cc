#include "sim/barrier.h"

#include <algorithm>
#include <fmt/format.h>

#include "sim/world.h"

namespace shardlab::sim {
namespace {

/// Compares without building the text of strings, which is what nearly all fields are.
struct ReadsAs {
  std::string_view text;
  bool operator()(std::string_view v) const { return v == text; }
  bool operator()(bool v) const { return text == (v ? "true" : "false"); }
  template <class Number>
  bool operator()(Number v) const {
    return text == fmt::format_int(v).c_str();
  }
};

}  // namespace

Barrier::Barrier(World& world, std::string kind) : world_(world), kind_(std::move(kind)) {}

Barrier& Barrier::on_host(std::string name) {
  return where([name = std::move(name)](const TraceEvent& event) { return event.host == name; });
}

Barrier& Barrier::in_process(std::string name) {
  return where([name = std::move(name)](const TraceEvent& event) { return event.process == name; });
}

Barrier& Barrier::where(std::string field, std::string value) {
  return where([field = std::move(field), value = std::move(value)](const TraceEvent& event) {
    return std::any_of(event.fields.begin(), event.fields.end(), [&](const EventField& part) {
      return part.name == field && std::visit(ReadsAs{value}, part.data);
    });
  });
}

Barrier& Barrier::where(Predicate holds) {
  conditions_.push_back(std::move(holds));
  return *this;
}

Barrier& Barrier::nth(std::uint64_t n) {
  check(n > 0, "a barrier counts events from 1");
  nth_ = n;
  return *this;
}

Barrier& Barrier::arm(Effect effect) {
  check(effect_ == Effect::none, "a barrier does one thing");
  effect_ = effect;
  return *this;
}

Barrier& Barrier::hold() { return arm(Effect::hold); }

Barrier& Barrier::act(std::function<void()> action) {
  action_ = std::move(action);
  return arm(Effect::act);
}

Barrier& Barrier::crash() { return arm(Effect::crash); }

Barrier& Barrier::lose_power() { return arm(Effect::lose_power); }

bool Barrier::matches(const TraceEvent& event) const {
  if (effect_ == Effect::none || is_reached() || event.kind != kind_) return false;
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [&](const Predicate& holds) { return holds(event); });
}

void Barrier::take(const TraceEvent& event) {
  if (!matches(event) || ++seen_ < nth_) return;
  Host* host = world_.find_host(event.host);
  reach(host ? host->find_process(event.process) : nullptr);
}

void Barrier::reach(Process* process) {
  reached_.set();
  if (!process && effect_ != Effect::act) {
    // Fails the run, not the one who recorded: that may be a destructor.
    const std::string text = "a barrier at " + kind_ + ": there is no process to hold or crash";
    return world_.scheduler().fail(std::make_exception_ptr(BugError(text)));
  }
  process_ = process;
  incarnation_ = process ? process->incarnation() : 0;
  switch (effect_) {
    case Effect::none: break;
    case Effect::hold: process->hold(); break;
    case Effect::act:
      if (process) process->hold();
      world_.scheduler().after_step([this] {
        action_();
        release();
      });
      break;
    case Effect::crash: process->doom(); break;
    case Effect::lose_power: process->doom(ProcessEnd::power_lost); break;
  }
}

void Barrier::release() {
  if (!is_reached()) {
    effect_ = Effect::none;
    return;
  }
  Process* process = std::exchange(process_, nullptr);
  if (process && process->incarnation() == incarnation_) process->release();
}

Barrier& Barriers::at(std::string kind) {
  if (barriers_.empty()) {
    world_.trace().observe([this](const TraceEvent& event) { take(event); });
  }
  if (kind == about_to_send) ++waiting_for_sends_;
  barriers_.push_back(std::make_unique<Barrier>(world_, std::move(kind)));
  return *barriers_.back();
}

void Barriers::take(const TraceEvent& event) {
  // By index: an action may set further barriers.
  const std::size_t size = barriers_.size();
  for (std::size_t i = 0; i < size; ++i) barriers_[i]->take(event);
}

void Barriers::sending(const Process& sender) {
  if (waiting_for_sends_ == 0 && send_observers_.empty()) return;
  TraceEvent event{};
  event.at = world_.now();
  event.number = world_.trace().events();
  event.cause = world_.trace().current_cause();
  event.host = sender.host().name();
  event.process = sender.name();
  event.kind = about_to_send;
  for (const auto& observer : send_observers_) observer(event);
  if (waiting_for_sends_ > 0) take(event);
}

}  // namespace shardlab::sim
