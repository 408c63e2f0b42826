#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/cases/case_store.h"
#include "tools/sweep/sweep.h"

namespace shardlab::tools {

/// `shardlab check PATH... [--seeds A..B] [--partition M/N] [--time SPAN] [--jobs N] [--schedule
/// NAME] [--dir FOLDER] [--shrink SPAN] [--json]`
class CheckCommand {
 public:
  explicit CheckCommand(CLI::App& app);
  bool was_given() const { return command_->parsed(); }
  int execute() const;

 private:
  int check() const;
  /// Throws WrongUsage, ScenarioError.
  SweepPlan plan() const;
  std::vector<std::string> regression_files() const;
  void find_cases(const SweepPlan& plan, Duration budget, SweepResult& result) const;

  CLI::App* command_;
  std::vector<std::string> paths_;
  std::string seeds_ = "1..1000";
  std::string partition_ = "1/1";
  std::string time_;
  unsigned jobs_ = 0;
  std::string schedule_ = "fifo";
  std::string folder_ = default_folder;
  std::string shrink_ = "60s";
  bool json_ = false;
};

}  // namespace shardlab::tools
