#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace shardlab::tools {

/// `shardlab trace FILE [--as jsonl|text|perfetto] [--from N] [--to N]`: a recorded trace on
/// standard output, or a part of it.
class TraceCommand {
 public:
  explicit TraceCommand(CLI::App& app);
  bool was_given() const { return command_->parsed(); }
  int execute() const;

 private:
  void show() const;

  CLI::App* command_;
  std::string file_;
  std::string as_ = "text";
  std::uint64_t from_ = 1;
  std::uint64_t to_ = UINT64_MAX;
};

/// `shardlab diff A B [--context N] [--json]`: where two recorded traces part.
class DiffCommand {
 public:
  explicit DiffCommand(CLI::App& app);
  bool was_given() const { return command_->parsed(); }
  int execute() const;

 private:
  int compare() const;

  CLI::App* command_;
  std::string a_;
  std::string b_;
  std::size_t context_ = 5;
  bool json_ = false;
};

}  // namespace shardlab::tools
