#include "core/worker/cleaner.h"

#include <fmt/format.h>
#include <optional>
#include <set>

#include "core/worker/events.h"

namespace shardlab::worker {

void Cleaner::record(std::string name, std::string target, Action action) {
  actions_.emplace_back(std::move(name), std::move(target), std::move(action));
}

void Cleaner::forget(std::string_view name, std::string_view target) {
  for (std::size_t i = actions_.size(); i-- > 0;) {
    if (actions_[i].name == name && actions_[i].target == target) {
      actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }
}

Task<> Cleaner::clean_up(Logger& logger, EventSink& events) {
  std::set<std::string> failed;
  std::optional<Error> first;
  for (; !actions_.empty(); actions_.pop_back()) {
    const Entry& entry = actions_.back();
    if (failed.count(entry.target)) {
      logger.warning("cleaner.go", 105,
                     fmt::format("previous action failed on target {}, not running {}",
                                 entry.target, entry.name));
      continue;
    }
    auto done = co_await capture(entry.action());
    if (done) {
      logger.info("cleaner.go", 116,
                  fmt::format("action {} successful on {}", entry.name, entry.target));
      continue;
    }
    const Error error = done.error();
    events.emit(CleanUpFailed{entry.name, entry.target, error.message()});
    logger.error(
        "cleaner.go", 112,
        fmt::format("action {} failed on {}: {}", entry.name, entry.target, error.message()));
    failed.insert(entry.target);
    if (!first)
      first = error.within(fmt::format("action {} failed on {}", entry.name, entry.target));
  }
  if (first) throw *first;
}

}  // namespace shardlab::worker
