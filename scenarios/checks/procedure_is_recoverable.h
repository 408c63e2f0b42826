#pragma once

#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `procedure-is-recoverable`: whatever failed, doing it again works in the end, at the latest when
/// nothing is wrong any more.
class ProcedureIsRecoverable final : public Check {
 public:
  static constexpr std::string_view check_name = "procedure-is-recoverable";
  explicit ProcedureIsRecoverable(const Observation& world) : Check(check_name, world) {}

  void command_given_up(const std::string& command, const std::string& error) override {
    violate(command + " fails however often it is done again", {error});
  }
};

}  // namespace shardlab::scenarios
