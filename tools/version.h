#pragma once

#include <CLI/CLI.hpp>

namespace shardlab::tools {

/// `shardlab version [--json]`: what was built, with which compiler and libraries.
class VersionCommand {
 public:
  explicit VersionCommand(CLI::App& app);
  bool was_given() const { return command_->parsed(); }
  int execute() const;

 private:
  CLI::App* command_;
  bool json_ = false;
};

}  // namespace shardlab::tools
