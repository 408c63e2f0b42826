#include "sim/choice_tape.h"

#include <algorithm>

namespace shardlab::sim {

void ChoiceTape::append(std::string_view site, std::uint64_t bound, std::uint64_t value) {
  auto found = sites_.find(site);
  if (found == sites_.end()) found = sites_.emplace(std::string(site), Site()).first;
  found->second.values.push_back(value);
  found->second.bounds.push_back(std::max<std::uint64_t>(bound, 1));
}

void ChoiceTape::set(std::string_view site, std::size_t index, std::uint64_t value) {
  const auto found = sites_.find(site);
  if (found == sites_.end() || index >= found->second.values.size()) return;
  found->second.values[index] = std::min(value, found->second.bounds[index] - 1);
}

void ChoiceTape::calm(std::string_view site, std::size_t from, std::size_t to) {
  const auto found = sites_.find(site);
  if (found == sites_.end()) return;
  auto& values = found->second.values;
  for (std::size_t i = from; i < std::min(to, values.size()); ++i) values[i] = 0;
}

void ChoiceTape::truncate(std::string_view site, std::size_t count) {
  const auto found = sites_.find(site);
  if (found == sites_.end() || count >= found->second.values.size()) return;
  found->second.values.resize(count);
  found->second.bounds.resize(count);
}

void ChoiceTape::erase(std::string_view site) {
  if (const auto found = sites_.find(site); found != sites_.end()) sites_.erase(found);
}

const ChoiceTape::Site* ChoiceTape::find(std::string_view site) const {
  const auto found = sites_.find(site);
  return found == sites_.end() ? nullptr : &found->second;
}

std::size_t ChoiceTape::draws() const {
  std::size_t count = 0;
  for (const auto& [name, site] : sites_) count += site.values.size();
  return count;
}

}  // namespace shardlab::sim
