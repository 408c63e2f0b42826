#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/run/runner.h"
#include "tools/files.h"
#include "tools/trace_view.h"

namespace shardlab::tools {

/// `shardlab run FILE... [--seed N | --seeds A..B | --play-choices FILE] [--schedule NAME]
/// [--transcript] [--json] [--trace FILE] [--record-choices FILE]`
class RunCommand {
 public:
  explicit RunCommand(CLI::App& app);
  bool was_given() const { return command_->parsed(); }
  int execute() const;

 private:
  int run_file(const std::string& file) const;
  /// What both kinds of run begin with.
  scenarios::RunOptions base_options() const;
  TraceOutput trace_output(const scenarios::Scenario& scenario,
                           const scenarios::RunOptions& options) const;
  int run_one(const scenarios::Scenario& scenario) const;
  /// A line for each seed; the details only of those that did not hold.
  int run_many(const scenarios::Scenario& scenario) const;

  CLI::App* command_;
  std::vector<std::string> files_;
  std::uint64_t seed_ = 1;
  std::string seeds_;
  std::string schedule_ = "fifo";
  std::string record_choices_;
  std::string play_choices_;
  bool json_ = false;
  bool transcript_ = false;
  std::string trace_;
};

}  // namespace shardlab::tools
