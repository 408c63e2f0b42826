#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace shardlab::tools {

/// `shardlab replay CASE [--transcript] [--trace FILE]`: one saved case, exactly. Exit status 1: it
/// fails as it did; 4: it does, with another trace; 6: it does not any more, or otherwise.
class ReplayCommand {
 public:
  explicit ReplayCommand(CLI::App& app);
  bool was_given() const { return command_->parsed(); }
  int execute() const;

 private:
  int replay() const;

  CLI::App* command_;
  std::string case_;
  bool transcript_ = false;
  std::string trace_;
};

/// `shardlab shrink CASE [--budget 60s] [--jobs N]`: goes on making a case smaller, in its file.
class ShrinkCommand {
 public:
  explicit ShrinkCommand(CLI::App& app);
  bool was_given() const { return command_->parsed(); }
  int execute() const;

 private:
  int shrink() const;

  CLI::App* command_;
  std::string case_;
  std::string budget_ = "60s";
  unsigned jobs_ = 0;
};

/// `shardlab corpus list|add|run|prune`: the cases that are always played again.
class CorpusCommand {
 public:
  explicit CorpusCommand(CLI::App& app);
  bool was_given() const { return command_->parsed(); }
  int execute() const;

 private:
  int list() const;
  int add() const;
  int run() const;
  int prune() const;
  std::vector<std::string> files() const;

  CLI::App* command_;
  CLI::App* list_;
  CLI::App* add_;
  CLI::App* run_;
  CLI::App* prune_;
  std::string folder_ = "regressions";
  std::string case_;
  unsigned jobs_ = 0;
};

}  // namespace shardlab::tools
