#include "fakes/mysql/semi_sync.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace shardlab::fakes::mysql {

SemiSync::SemiSync(Engine& engine, std::function<TimePoint()> now,
                   std::function<void(bool)> switched)
    : engine_(engine), now_(std::move(now)), switched_(std::move(switched)) {
  tell_status();
}

void SemiSync::variables_changed() {
  const bool enabled = engine_.global_variable("rpl_semi_sync_master_enabled") == "1";
  if (enabled == enabled_) return;
  enabled_ = enabled;
  turn(enabled);
}

void SemiSync::turn(bool on) {
  if (on == on_) return;
  on_ = on;
  tell_status();
  switched_(on);
  changed_.notify_all();
}

void SemiSync::tell_status() {
  engine_.set_status("Rpl_semi_sync_master_clients", std::to_string(*clients_));
  engine_.set_status("Rpl_semi_sync_master_no_tx", std::to_string(no_transactions_));
  engine_.set_status("Rpl_semi_sync_master_status", on_ ? "ON" : "OFF");
  engine_.set_status("Rpl_semi_sync_master_yes_tx", std::to_string(yes_transactions_));
}

Task<> SemiSync::wait_for_ack(Position committed) {
  if (!enabled_) co_return;
  const std::string text = engine_.global_variable("rpl_semi_sync_master_timeout");
  std::int64_t timeout_ms = 0;
  std::from_chars(text.data(), text.data() + text.size(), timeout_ms);
  const TimePoint deadline = now_() + std::chrono::milliseconds(timeout_ms);
  const std::uint64_t wanted = sequence_of(committed);
  while (on_ && acknowledged_ < wanted) {
    bool in_time = co_await changed_.wait_until(deadline);
    if (!in_time && acknowledged_ < wanted) turn(false);
  }
  ++(acknowledged_ >= wanted ? yes_transactions_ : no_transactions_);
  tell_status();
}

void SemiSync::acknowledged(const Position& position) {
  acknowledged_ = std::max(acknowledged_, sequence_of(position));
  if (enabled_ && acknowledged_ >= sequence_of(engine_.binlog_position())) turn(true);
  changed_.notify_all();
}

std::shared_ptr<void> SemiSync::client() {
  ++*clients_;
  tell_status();
  return std::shared_ptr<void>(nullptr, [clients = clients_](std::nullptr_t) { --*clients; });
}

}  // namespace shardlab::fakes::mysql
