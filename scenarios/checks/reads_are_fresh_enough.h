#pragma once

#include "scenarios/checks/check.h"

namespace shardlab::scenarios {

/// `reads-are-fresh-enough`:
/// - A visitor who reads his page back from the primary sees the message that was acknowledged.
/// - No read, of whatever tablet, shows a message that nobody wrote, that was refused or that is
///   written only later, nor one twice.
/// - A read of a replica shows every message that was acknowledged more than the bound before it
///   was invoked, and all that were there before the first command.
///
/// The bound is the age at which a replica stops counting as up to date, as far as anybody can
/// know:
///
/// | part | why |
/// |---|---|
/// | 30 s | vtgate takes a tablet for up to date up to here (`-discovery_low_replication_lag`) |
/// | 1 s | a server reports its lag in whole seconds |
/// | 5 s | a tablet asks its server every five seconds (`-health_check_interval`) |
///
/// No event tells the lag a tablet reports, nor the ledger which one answered; so this is the bound
/// for all. It holds for the new shards' replicas, too: from the moment they serve until the
/// masters have moved their rows come through filtered replication, whose lag no vtgate looks at.
///
/// The bound must be chosen larger where replicas may rightly be older: when no better one is left
/// vtgate takes those up to 2 h behind, and a server whose source went silent reports no lag for
/// 60 s (`slave_net_timeout`).
///
/// Judged at the end.
class ReadsAreFreshEnough final : public Check {
 public:
  static constexpr std::string_view check_name = "reads-are-fresh-enough";
  static constexpr Duration default_bound = std::chrono::seconds(30 + 1 + 5);

  explicit ReadsAreFreshEnough(const Observation& world, Duration bound = default_bound)
      : Check(check_name, world), bound_(bound) {}
  void at_end() override;

 private:
  Duration bound_;
};

}  // namespace shardlab::scenarios
