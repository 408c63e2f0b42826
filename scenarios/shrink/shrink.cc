#include "scenarios/shrink/shrink.h"

#include <algorithm>
#include <utility>

#include "scenarios/shrink/parts.h"

namespace shardlab::scenarios {
namespace {

/// Of one site; more are not gone through one by one.
constexpr std::size_t most_single_draws = 200;

class Shrinker {
 public:
  Shrinker(Case start, Trials& trials) : best_(std::move(start)), trials_(trials) {}

  Shrunk shrink() && {
    bool has_changed = true;
    while (has_changed && !trials_.is_over()) {
      has_changed = false;
      for (const Parts& parts : parts_of_cases()) has_changed |= leave_out(parts, 1);
      has_changed |= simplify();
      has_changed |= calm_draws();
    }
    return {std::move(best_), !has_changed && !trials_.is_over()};
  }

 private:
  /// Goes through a list in chunks, large ones first, down to `least`.
  bool leave_out(const Parts& parts, std::size_t least) {
    bool has_changed = false;
    for (std::size_t chunk = parts.count(best_); chunk >= least && chunk > 0; chunk /= 2) {
      has_changed |= leave_out_chunks(parts, chunk);
    }
    return has_changed;
  }

  bool leave_out_chunks(const Parts& parts, std::size_t chunk) {
    bool has_changed = false;
    std::size_t at = 0;
    while (at < parts.count(best_) && !trials_.is_over()) {
      const std::size_t count = parts.count(best_);
      std::vector<Case> candidates;
      for (std::size_t i = 0; i < trials_.at_once() && at + i * chunk < count; ++i) {
        const std::size_t first = at + i * chunk;
        candidates.push_back(best_);
        parts.leave_out(candidates.back(), first, std::min(chunk, count - first));
      }
      const std::size_t tried = candidates.size();
      const auto hit = take_first(std::move(candidates));
      has_changed |= hit.has_value();
      at += hit.value_or(tried) * chunk;  // behind what has gone lies what has not been tried
    }
    return has_changed;
  }

  bool simplify() {
    bool has_changed = false;
    const std::vector<Simplification> all = simplifications_of(best_);
    for (std::size_t next = 0; next < all.size() && !trials_.is_over();) {
      std::vector<Case> candidates;
      std::vector<std::size_t> from;
      for (; next < all.size() && candidates.size() < trials_.at_once(); ++next) {
        Case candidate = best_;
        if (!all[next](candidate)) continue;
        candidates.push_back(std::move(candidate));
        from.push_back(next);
      }
      if (candidates.empty()) break;
      const auto hit = take_first(std::move(candidates));
      if (!hit) continue;
      has_changed = true;
      next = from[*hit] + 1;
    }
    return has_changed;
  }

  /// Within each site, where its number of draws allows it down to single ones.
  bool calm_draws() {
    std::vector<std::string> sites;
    for (const auto& [name, site] : best_.draws.sites()) sites.push_back(name);
    bool has_changed = false;
    for (const std::string& site : sites) {
      const Parts parts = draws_at(site);
      const std::size_t least = parts.count(best_) / most_single_draws;
      has_changed |= leave_out(parts, std::max<std::size_t>(least, 1));
    }
    return has_changed;
  }

  /// The position of the candidate that became the best.
  std::optional<std::size_t> take_first(std::vector<Case> candidates) {
    auto hit = trials_.first_failing(std::move(candidates));
    if (!hit) return std::nullopt;
    best_ = std::move(hit->candidate);
    trials_.found_smaller(best_);
    return hit->index;
  }

  Case best_;
  Trials& trials_;
};

}  // namespace

Shrunk shrink(Case start, Trials& trials) { return Shrinker(std::move(start), trials).shrink(); }

}  // namespace shardlab::scenarios
