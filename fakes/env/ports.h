#pragma once

#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "core/ports/rpc.h"
#include "sim/host.h"
#include "sim/network.h"

namespace shardlab::fakes {

/// The clock of the process's host: `sim::HostClock`.
class SimClock final : public Clock {
 public:
  explicit SimClock(sim::Process& process) : process_(process) {}
  TimePoint now() const override;
  Task<> sleep(Duration duration) override;
  TimePoint deadline(Duration duration) const override;

 private:
  sim::Process& process_;
};

/// Picks are named draws of the world: `"vtgate.tablet"`.
class SimRandom final : public Random {
 public:
  explicit SimRandom(sim::Process& process) : process_(process) {}
  std::uint64_t below(std::string_view site, std::uint64_t bound) override;

 private:
  sim::Process& process_;
};

/// Remote procedure calls over the simulated network.
class SimRpc final : public Rpc {
 public:
  explicit SimRpc(sim::Process& process);
  ~SimRpc() override;
  Task<std::string> call(std::string address, std::string method, std::string request,
                         Duration timeout) override;
  std::unique_ptr<RpcStream> open(std::string address, std::string method,
                                  std::string request) override;
  void serve(int port, RpcHandler& handler) override;

 private:
  class Service;
  sim::Process& process_;
  std::vector<std::unique_ptr<Service>> services_;
};

}  // namespace shardlab::fakes
