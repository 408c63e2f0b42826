#pragma once

#include <functional>

#include "scenarios/shrink/shrink.h"
#include "tools/sweep/progress.h"
#include "tools/sweep/worker_pool.h"

namespace shardlab::tools {

/// Plays candidates in worker processes, so that one that crashes costs nothing. Tells its progress
/// on standard error. Ctrl-C ends it, as the end of its time does.
class WorkerTrials final : public scenarios::Trials {
 public:
  /// `smaller` is told of each smaller case; `checks` judge beside those of the scenario.
  WorkerTrials(unsigned workers, RealTime deadline,
               std::function<void(const scenarios::Case&)> smaller,
               std::vector<scenarios::OwnCheck> checks = {});

  std::size_t at_once() const override { return workers_; }
  std::optional<Hit> first_failing(std::vector<scenarios::Case> candidates) override;
  bool is_over() const override;
  void found_smaller(const scenarios::Case& smaller) override;

  std::uint64_t tries() const { return tries_; }
  bool was_interrupted() const { return was_interrupted_; }

 private:
  std::string status() const;

  unsigned workers_;
  RealTime deadline_;
  std::function<void(const scenarios::Case&)> smaller_;
  std::vector<scenarios::OwnCheck> checks_;
  Progress progress_;
  scenarios::CaseSize size_;
  std::uint64_t tries_ = 0;
  bool was_interrupted_ = false;
};

}  // namespace shardlab::tools
