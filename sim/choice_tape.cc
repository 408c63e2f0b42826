#include "sim/choice_tape.h"

#include <algorithm>
#include <fmt/format.h>
#include <zstd.h>

#include "sim/choices.pb.h"

namespace shardlab::sim {
namespace {

constexpr std::uint32_t format = 1;
constexpr int zstd_level = 3;
/// No honest tape is larger; a damaged length must not take all memory.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 32;

Error corrupt(std::string_view why) {
  return Error(Errc::corrupt, fmt::format("not a choice tape: {}", why));
}

void write_bounds(const std::vector<std::uint64_t>& bounds, proto::ChoiceTape::Site& out) {
  for (const std::uint64_t bound : bounds) {
    const int last = out.bounds_size() - 1;
    if (last >= 0 && out.bounds(last).bound() == bound) {
      out.mutable_bounds(last)->set_count(out.bounds(last).count() + 1);
    } else {
      proto::ChoiceTape::Bounds* run = out.add_bounds();
      run->set_bound(bound);
      run->set_count(1);
    }
  }
}

/// False when bounds and values do not fit each other.
bool read_site(const proto::ChoiceTape::Site& in, ChoiceTape& tape) {
  int next = 0;
  for (const auto& run : in.bounds()) {
    if (run.count() > static_cast<std::uint64_t>(in.values_size() - next)) return false;
    for (std::uint64_t i = 0; i < run.count(); ++i) {
      const std::uint64_t value = in.values(next++);
      if (value >= run.bound()) return false;
      tape.append(in.name(), run.bound(), value);
    }
  }
  return next == in.values_size();
}

Result<std::string> decompress(std::string_view bytes) {
  const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > most_bytes) {
    return corrupt("no zstd frame of known size");
  }
  std::string out(static_cast<std::size_t>(size), '\0');
  const std::size_t got = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) || got != out.size()) return corrupt("cut off or damaged");
  return out;
}

}  // namespace

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

std::string ChoiceTape::encode() const {
  proto::ChoiceTape message;
  message.set_format(format);
  for (const auto& [name, site] : sites_) {
    proto::ChoiceTape::Site* out = message.add_sites();
    out->set_name(name);
    out->mutable_values()->Add(site.values.begin(), site.values.end());
    write_bounds(site.bounds, *out);
  }
  const std::string raw = message.SerializeAsString();
  std::string bytes(ZSTD_compressBound(raw.size()), '\0');
  bytes.resize(ZSTD_compress(bytes.data(), bytes.size(), raw.data(), raw.size(), zstd_level));
  return bytes;
}

Result<ChoiceTape> ChoiceTape::decode(std::string_view bytes) {
  const Result<std::string> raw = decompress(bytes);
  if (!raw) return raw.error();
  proto::ChoiceTape message;
  if (!message.ParseFromString(*raw)) return corrupt("no protobuf message");
  if (message.format() != format) {
    return corrupt(fmt::format("format {}, this program knows {}", message.format(), format));
  }
  ChoiceTape tape;
  for (const auto& site : message.sites()) {
    if (tape.find(site.name())) return corrupt("two sites named " + site.name());
    if (!read_site(site, tape)) return corrupt("values outside their bounds at " + site.name());
  }
  return tape;
}

}  // namespace shardlab::sim
