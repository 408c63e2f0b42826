#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "tools/cases/case_store.h"
#include "tools/cases/find.h"
#include "tools/crash_points/crash_points.h"

namespace shardlab::tools {

/// `shardlab crash-points FILE [--seed N] [--every N] [--pairs] [--time SPAN] [--jobs N]`
class CrashPointsCommand {
 public:
  explicit CrashPointsCommand(CLI::App& app);
  bool was_given() const { return command_->parsed(); }
  int execute() const;

 private:
  int try_points() const;
  /// Throws WrongUsage, ScenarioError.
  CrashPlan plan() const;
  std::vector<std::optional<FoundCase>> find_cases(const CrashPlan& plan, const CrashResult& result,
                                                   const ShrinkOptions& options) const;

  CLI::App* command_;
  std::string file_;
  std::uint64_t seed_ = 1;
  std::uint64_t every_ = 1;
  bool pairs_ = false;
  std::string time_;
  unsigned jobs_ = 0;
  std::string folder_ = default_folder;
  std::string shrink_ = "60s";
  bool json_ = false;
};

}  // namespace shardlab::tools
