#include "sim/traced_fault.h"

#include "sim/fault_events.h"
#include "sim/world.h"

namespace shardlab::sim {
namespace {

class TracedFault final : public Fault {
 public:
  TracedFault(World& world, std::string_view kind, std::string target)
      : world_(world), kind_(kind), target_(std::move(target)) {
    world_.emit(FaultStarted{kind_, target_});
  }

  ~TracedFault() override {
    const std::uint64_t effects = this->effects();
    fault_.reset();
    world_.emit(FaultEnded{kind_, target_, effects});
  }

  void set(std::unique_ptr<Fault> fault) { fault_ = std::move(fault); }
  std::uint64_t effects() const override { return fault_ ? fault_->effects() : 0; }

 private:
  World& world_;
  std::string_view kind_;
  std::string target_;
  std::unique_ptr<Fault> fault_;
};

}  // namespace

std::unique_ptr<Fault> traced_fault(World& world, std::string_view kind, std::string target,
                                    const std::function<std::unique_ptr<Fault>()>& begin) {
  auto fault = std::make_unique<TracedFault>(world, kind, std::move(target));
  fault->set(begin());
  return fault;
}

}  // namespace shardlab::sim
