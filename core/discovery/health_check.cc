#include "core/discovery/health_check.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "core/key/error_of.h"
#include "core/ports/rpc_router.h"
#include "core/topo/records.h"

namespace shardlab::discovery {
namespace {

topo::TabletAlias alias_of(const topodata::Tablet& tablet) {
  return topo::TabletAlias(tablet.alias().cell(), tablet.alias().uid());
}

std::string text_of(const query::Target& target) {
  return fmt::format("{}.{}.{}", target.keyspace(), target.shard(),
                     topo::type_text(target.tablet_type()));
}

TabletHealthChanged state_of(const TabletStats& stats) {
  TabletHealthChanged state;
  state.alias = topo::to_string(stats.alias());
  state.target = text_of(stats.target);
  state.serving = stats.serving;
  state.error = stats.last_error ? *stats.last_error : stats.stats.health_error();
  return state;
}

bool same_state(const TabletHealthChanged& a, const TabletHealthChanged& b) {
  return a.target == b.target && a.serving == b.serving && a.error == b.error;
}

}  // namespace

HealthCheck::HealthCheck(Env env, topo::Server& topo, HealthCheckOptions options)
    : env_(std::move(env)), topo_(topo), options_(std::move(options)) {}

Task<> HealthCheck::start() {
  auto executor = co_await this_executor();
  group_.emplace(executor, TaskGroup::OnError::fail_loop);
  for (const std::string& cell : options_.cells) group_->spawn(poll_cell(cell));
}

Task<> HealthCheck::stop() {
  if (!group_) co_return;
  group_->cancel();
  co_await group_->join();
  group_.reset();
  followers_.clear();
}

TabletList HealthCheck::tablets(const std::string& keyspace, const std::string& shard,
                                topodata::TabletType type) const {
  return cache_.tablets(keyspace, shard, type);
}

TabletList HealthCheck::healthy(const std::string& keyspace, const std::string& shard,
                                topodata::TabletType type) const {
  return cache_.healthy(keyspace, shard, type);
}

Task<> HealthCheck::wait_for_tablets(std::string keyspace, std::string shard,
                                     topodata::TabletType type, std::size_t count,
                                     Duration timeout) {
  const TimePoint deadline = env_.clock.deadline(timeout);
  bool in_time = true;
  while (cache_.healthy(keyspace, shard, type).size() < count) {
    if (!in_time) {
      throw Error(Errc::timed_out,
                  fmt::format("not enough healthy {} tablets to choose from in ({},{}/{}), have {} "
                              "healthy ones, need at least {}",
                              topo::type_name(type), fmt::join(options_.cells, ","), keyspace,
                              shard, cache_.healthy(keyspace, shard, type).size(), count));
    }
    in_time = co_await changed_.wait_until(deadline);
  }
}

bool HealthCheck::has_serving(const query::Target& target) const {
  const auto usable = cache_.usable(target.keyspace(), target.shard(), target.tablet_type());
  return std::ranges::any_of(usable, [](const TabletStats* stats) { return stats->serving; });
}

Task<bool> HealthCheck::wait_for_serving(std::vector<query::Target> targets, Duration timeout) {
  const TimePoint deadline = env_.clock.deadline(timeout);
  const auto has = [this](const query::Target& target) { return has_serving(target); };
  while (!std::ranges::all_of(targets, has)) {
    bool in_time = co_await changed_.wait_until(deadline);
    if (!in_time) co_return false;
  }
  co_return true;
}

Task<> HealthCheck::poll_cell(std::string cell) {
  for (;;) {
    auto tablets = co_await capture(topo_.get_tablets_by_cell(cell));
    if (tablets) take_records(cell, *tablets);
    co_await env_.clock.sleep(options_.tablet_refresh_interval);
  }
}

void HealthCheck::take_records(const std::string& cell,
                               const std::vector<topodata::Tablet>& tablets) {
  std::set<topo::TabletAlias> current;
  for (const topodata::Tablet& tablet : tablets) {
    current.insert(alias_of(tablet));
    follow_tablet(tablet);
  }
  std::vector<topo::TabletAlias> gone;
  for (const auto& [alias, follower] : followers_) {
    if (alias.cell == cell && !current.contains(alias)) gone.push_back(alias);
  }
  for (const topo::TabletAlias& alias : gone) drop(alias);
}

void HealthCheck::follow_tablet(const topodata::Tablet& tablet) {
  const topo::TabletAlias alias = alias_of(tablet);
  const std::string address = topo::tablet_address(tablet);
  const auto known = followers_.find(alias);
  const bool moved = known != followers_.end() && known->second.address != address;
  if (moved) drop(alias);
  const bool is_new = !followers_.contains(alias);
  cache_.add(tablet);
  if (!is_new) return;
  const std::uint64_t number = next_follower_++;
  const TaskGroup::ChildId child = group_->spawn(follow(tablet, number));
  followers_[alias] = Follower{address, number, child};
  changed_.notify_all();
}

void HealthCheck::drop(const topo::TabletAlias& alias) {
  TabletHealthChanged lost = state_of(*cache_.find(alias));
  lost.serving = false;
  lost.error = "tablet record is gone";
  env_.events.emit(lost);
  group_->cancel(followers_.at(alias).child);
  followers_.erase(alias);
  cache_.remove(alias);
  changed_.notify_all();
}

template <class Change>
void HealthCheck::change(const topo::TabletAlias& alias, std::uint64_t number, Change apply) {
  // A message may be under way to a follower that has been cancelled meanwhile.
  const auto follower = followers_.find(alias);
  if (follower == followers_.end() || follower->second.number != number) {
    throw Error(Errc::cancelled, "the tablet is not followed any more");
  }
  const TabletHealthChanged before = state_of(*cache_.find(alias));
  apply();
  const TabletHealthChanged now = state_of(*cache_.find(alias));
  if (!same_state(before, now)) env_.events.emit(now);
  changed_.notify_all();
}

Task<> HealthCheck::follow(topodata::Tablet tablet, std::uint64_t number) {
  const topo::TabletAlias alias = alias_of(tablet);
  for (;;) {
    auto end = co_await capture(read_health(tablet, number));
    const std::string error = error_of(end).message();
    change(alias, number, [&] { cache_.set_broken(alias, error); });
    co_await env_.clock.sleep(options_.retry_delay);
  }
}

Task<> HealthCheck::read_health(topodata::Tablet tablet, std::uint64_t number) {
  const topo::TabletAlias alias = alias_of(tablet);
  std::string request = query::StreamHealthRequest().SerializeAsString();
  auto stream =
      env_.rpc.open(topo::tablet_address(tablet), "QueryService.StreamHealth", std::move(request));
  for (;;) {
    const TimePoint deadline = env_.clock.deadline(options_.message_timeout);
    auto bytes = co_await until(deadline, stream->next());
    if (!bytes) throw Error(Errc::unavailable, "the tablet ended its health stream");
    const auto message = decode<query::StreamHealthResponse>(*bytes);
    if (message.has_tablet_alias() && !topo::same_alias(message.tablet_alias(), tablet.alias())) {
      // Another tablet has been started at this address.
      throw Error(Errc::unavailable,
                  fmt::format("health stats mismatch, tablet {} alias does not match response "
                              "alias {}",
                              topo::to_string(alias), topo::alias_text(message.tablet_alias())));
    }
    change(alias, number, [&] { cache_.update(alias, message); });
  }
}

}  // namespace shardlab::discovery
