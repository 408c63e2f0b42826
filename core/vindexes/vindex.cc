#include "core/vindexes/vindex.h"

#include <charconv>
#include <fmt/format.h>

#include "core/key/hex.h"
#include "core/vindexes/digests.h"
#include "core/vindexes/hash.h"
#include "core/vindexes/lookup.h"
#include "core/vindexes/numeric.h"
#include "core/vindexes/region.h"

namespace shardlab::vindexes {
namespace {

Error unparsable(const Value& value) {
  return Error(Errc::invalid_argument, fmt::format("could not parse value: '{}'", value.text()));
}

}  // namespace

std::optional<std::uint64_t> parse_uint64(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> parse_int64(std::string_view text) {
  // A leading plus is a number to Go, but not to from_chars; "+-5" is one to neither.
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::uint64_t to_uint64(const Value& value) {
  if (value.is_null()) throw unparsable(value);
  if (const auto number = parse_int64(value.text())) {
    if (*number >= 0) return static_cast<std::uint64_t>(*number);
    throw Error(Errc::invalid_argument,
                fmt::format("negative number cannot be converted to unsigned: {}", *number));
  }
  if (const auto number = parse_uint64(value.text())) return *number;
  throw unparsable(value);
}

std::optional<std::uint64_t> try_to_uint64(const Value& value) {
  if (value.is_null()) return std::nullopt;
  if (const auto number = parse_int64(value.text())) {
    if (*number < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
  }
  return parse_uint64(value.text());
}

std::optional<key::KeyspaceId> Vindex::map_columns(std::span<const Value> values) const {
  if (values.size() != 1) return std::nullopt;
  return map(values[0]);
}

bool Vindex::verify(const Value& value, const key::KeyspaceId& id) const {
  return map(value) == id;
}

Value Vindex::reverse_map(const key::KeyspaceId&) const {
  throw Error(Errc::unsupported, fmt::format("vindex type {} cannot be reversed", type()));
}

std::shared_ptr<const Vindex> create_vindex(std::string_view type, const VindexParams& params) {
  if (type == "hash") return std::make_shared<Hash>();
  if (type == "numeric") return std::make_shared<Numeric>();
  if (type == "numeric_static_map") return NumericStaticMap::create(params);
  if (type == "reverse_bits") return std::make_shared<ReverseBits>();
  if (type == "binary") return std::make_shared<Binary>();
  if (type == "binary_md5") return std::make_shared<BinaryMd5>();
  if (type == "xxhash") return std::make_shared<XxHash>();
  if (type == "null") return std::make_shared<Null>();
  if (type == "region_experimental") return RegionExperimental::create(params);
  if (auto declared = create_declared_only(type, params)) return declared;
  throw Error(Errc::invalid_argument, fmt::format("vindexType {} not found", key::quoted(type)));
}

}  // namespace shardlab::vindexes
