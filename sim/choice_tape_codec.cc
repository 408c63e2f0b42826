#include <fmt/format.h>
#include <zstd.h>

#include "sim/choice_tape.h"
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
