#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/base/coroutine.h"
#include "core/base/time.h"
#include "fakes/mysql/engine.h"
#include "fakes/mysql/gtid.h"

namespace shardlab::fakes::mysql {

/// A source's side of semi-synchronous replication, as MariaDB has it by default (AFTER_COMMIT):
/// who has committed hears of it once a replica says that it has got the transaction, while others
/// see it already. After `rpl_semi_sync_master_timeout` without an answer replication is
/// asynchronous, until a replica has got everything.
class SemiSync {
 public:
  /// `switched` hears when acknowledgements are waited for or not any more.
  SemiSync(Engine& engine, std::function<TimePoint()> now, std::function<void(bool on)> switched);

  /// To be called when variables may have changed.
  void variables_changed();
  bool is_enabled() const { return enabled_; }
  bool is_on() const { return on_; }

  /// Waits until a replica has the transaction, or nobody waits any more.
  Task<> wait_for_ack(Position committed);
  /// A replica has everything up to there.
  void acknowledged(const Position& position);

  /// A replica that acknowledges is connected as long as it lives.
  std::shared_ptr<void> client();

 private:
  void turn(bool on);
  void tell_status();

  Engine& engine_;
  std::function<TimePoint()> now_;
  std::function<void(bool)> switched_;
  Condition changed_;
  bool enabled_ = false;
  bool on_ = false;
  std::uint64_t acknowledged_ = 0;  ///< a sequence number
  std::shared_ptr<std::uint64_t> clients_ = std::make_shared<std::uint64_t>(0);
  std::uint64_t yes_transactions_ = 0;
  std::uint64_t no_transactions_ = 0;
};

}  // namespace shardlab::fakes::mysql
