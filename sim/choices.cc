#include "sim/choices.h"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace shardlab::sim {

Choices::Choices(ChoiceTape tape) : is_playing_(true), tape_(std::move(tape)) {}

Choices::Source& Choices::source(std::string_view site) {
  const auto found = sources_.find(site);
  if (found != sources_.end()) return found->second;
  Source source;
  if (is_playing_) {
    source.tape = tape_.find(site);
  } else {
    const std::string subsystem(site.substr(0, site.find('.')));
    const std::uint64_t salt = XXH3_64bits(subsystem.data(), subsystem.size());
    source.stream = &streams_.try_emplace(subsystem, seed_ ^ salt).first->second;
  }
  return sources_.emplace(std::string(site), source).first->second;
}

std::uint64_t Choices::play(Source& source, std::uint64_t bound) {
  const std::size_t index = source.played++;
  if (!source.tape || index >= source.tape->values.size()) {
    ++misfit_.missing;
    return 0;
  }
  const std::uint64_t value = source.tape->values[index];
  if (value < bound) return value;
  if (value > 0) ++misfit_.clamped;
  return bound == 0 ? 0 : bound - 1;
}

std::uint64_t Choices::draw(std::string_view site, std::uint64_t bound) {
  ++draws_;
  Source& from = source(site);
  const std::uint64_t value = is_playing_  ? play(from, bound)
                              : bound <= 1 ? 0
                                           : from.stream->below(bound);
  if (is_recording_) recorded_.append(site, bound, value);
  return value;
}

bool Choices::chance(std::string_view site, std::uint64_t numerator, std::uint64_t denominator) {
  return draw(site, denominator) >= denominator - std::min(numerator, denominator);
}

Choices::Misfit Choices::misfit() const {
  Misfit misfit = misfit_;
  for (const auto& [name, site] : tape_.sites()) {
    const auto found = sources_.find(name);
    const std::size_t played = found == sources_.end() ? 0 : found->second.played;
    if (played < site.values.size()) misfit.unused += site.values.size() - played;
  }
  return misfit;
}

}  // namespace shardlab::sim
