#include "fakes/disturbances.h"

namespace shardlab::fakes {
namespace {

bool has_number(Disturbance kind) {
  return kind == Disturbance::kill_query || kind == Disturbance::cut_before_commit ||
         kind == Disturbance::cut_after_commit || kind == Disturbance::lose_answer;
}

}  // namespace

class Disturbances::Entry final : public sim::Fault {
 public:
  Entry(std::shared_ptr<Disturbances> all, Disturbance kind, std::int64_t amount)
      : all_(std::move(all)), kind_(kind), amount_(amount) {
    all_->entries_.push_back(this);
  }
  ~Entry() override { std::erase(all_->entries_, this); }

  bool is(Disturbance kind) const { return kind_ == kind; }
  std::int64_t amount() const { return amount_; }
  void count(std::uint64_t times) { count_effect(times); }
  bool take() {
    if (has_number(kind_)) {
      if (amount_ <= 0) return false;
      --amount_;
    }
    count_effect();
    return true;
  }

 private:
  std::shared_ptr<Disturbances> all_;
  Disturbance kind_;
  std::int64_t amount_;
};

std::unique_ptr<sim::Fault> Disturbances::add(Disturbance kind, std::int64_t amount) {
  return std::make_unique<Entry>(shared_from_this(), kind, amount);
}

bool Disturbances::take(Disturbance kind) {
  for (Entry* entry : entries_) {
    if (entry->is(kind) && entry->take()) return true;
  }
  return false;
}

std::int64_t Disturbances::amount(Disturbance kind) const {
  std::int64_t sum = 0;
  for (const Entry* entry : entries_) {
    if (entry->is(kind)) sum += entry->amount();
  }
  return sum;
}

void Disturbances::count(Disturbance kind, std::uint64_t times) {
  for (Entry* entry : entries_) {
    if (entry->is(kind)) entry->count(times);
  }
}

}  // namespace shardlab::fakes
