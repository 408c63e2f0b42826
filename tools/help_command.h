#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace shardlab::tools {

/// `shardlab help TOPIC`: pages that belong to no single command.
class HelpCommand {
 public:
  explicit HelpCommand(CLI::App& app);
  bool was_given() const { return command_->parsed(); }
  int execute() const;

 private:
  CLI::App& app_;
  CLI::App* command_;
  std::string topic_;
};

}  // namespace shardlab::tools
