#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace shardlab {

/// Command line flags in the form Vitess's commands take them: one or two dashes, `-flag=value` or
/// `-flag value`, booleans as `-force` or `-force=false`, durations as `1m30s`. They end at the
/// first argument that is no flag, or behind `--`. Source: Go package flag.
class Flags {
 public:
  explicit Flags(std::string command) : command_(std::move(command)) {}

  void add(std::string name, std::string* target);
  void add(std::string name, bool* target);
  void add(std::string name, Duration* target);
  void add(std::string name, std::uint64_t* target);
  /// Values separated by commas.
  void add(std::string name, std::vector<std::string>* target);

  /// Sets the targets and gives the remaining arguments. Throws Error: invalid_argument
  /// `flag provided but not defined: -x`, `invalid value "y" for flag -x`, `flag needs an argument:
  /// -x`.
  std::vector<std::string> parse(std::vector<std::string> arguments) const;

 private:
  struct Flag {
    bool is_boolean = false;
    std::function<bool(const std::string&)> set;
  };
  std::string command_;
  std::map<std::string, Flag> flags_;
};

/// `"1m30s"`, `"250ms"`, `"0"`. False when the text is no duration.
bool parse_duration(const std::string& text, Duration* duration);

}  // namespace shardlab
