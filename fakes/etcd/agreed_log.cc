#include "fakes/etcd/agreed_log.h"

#include <utility>

#include "fakes/etcd/methods.h"

namespace shardlab::fakes::etcd {

std::optional<Duration> AgreedLog::applied(std::int64_t index, const RaftEntry& entry,
                                           TimePoint now) {
  const auto at = static_cast<std::size_t>(index) - 1;
  check(at <= places_.size(), "a member of an etcd applies its log with a gap");
  if (at < places_.size()) {
    const Place& place = places_[at];
    check(place.term == entry.term() && place.id == entry.id(),
          "two members of an etcd have different entries at one place of the log");
    return now - place.at;
  }
  places_.push_back({entry.term(), entry.id(), now});
  if (!entry.method().empty()) answer_entry(*store_, entry, now);
  return std::nullopt;
}

std::string AgreedLog::elected(std::int64_t term, const std::string& host) {
  const auto [known, is_new] = leaders_.try_emplace(term, host);
  check(is_new, "two leaders of an etcd in one term");
  return std::exchange(leader_, host);
}

}  // namespace shardlab::fakes::etcd
