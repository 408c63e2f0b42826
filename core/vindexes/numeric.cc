#include "core/vindexes/numeric.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace shardlab::vindexes {
namespace {

std::uint64_t reverse_bits(std::uint64_t number) {
  std::uint64_t reversed = 0;
  for (int i = 0; i < 64; ++i, number >>= 1) reversed = reversed << 1 | (number & 1);
  return reversed;
}

std::map<std::uint64_t, std::uint64_t> parse_number_map(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  std::map<std::uint64_t, std::uint64_t> numbers;
  bool good = json.is_object();
  for (auto item = json.begin(); good && item != json.end(); ++item) {
    const auto from = try_to_uint64(Value::of_text(item.key()));
    good = from && item.value().is_number_unsigned();
    if (good) numbers[*from] = item.value().get<std::uint64_t>();
  }
  if (good) return numbers;
  throw Error(Errc::invalid_argument,
              "NumericStaticMap: param `json` must be an object of numbers, as {\"1\": 2}");
}

}  // namespace

Numeric::Numeric() : Vindex({.type = "numeric", .cost = 0, .reversible = true}) {}

std::optional<key::KeyspaceId> Numeric::map(const Value& value) const {
  const auto number = try_to_uint64(value);
  if (!number) return std::nullopt;
  return key::KeyspaceId::of_uint64(*number);
}

bool Numeric::verify(const Value& value, const key::KeyspaceId& id) const {
  return key::KeyspaceId::of_uint64(to_uint64(value)) == id;
}

Value Numeric::reverse_map(const key::KeyspaceId& id) const {
  if (id.bytes.size() != 8) {
    throw Error(
        Errc::invalid_argument,
        fmt::format("Numeric.ReverseMap: length of keyspaceId is not 8: {}", id.bytes.size()));
  }
  return Value::of_uint(id.left_justified());
}

ReverseBits::ReverseBits() : Vindex({.type = "reverse_bits", .cost = 1, .reversible = true}) {}

std::optional<key::KeyspaceId> ReverseBits::map(const Value& value) const {
  const auto number = try_to_uint64(value);
  if (!number) return std::nullopt;
  return key::KeyspaceId::of_uint64(reverse_bits(*number));
}

bool ReverseBits::verify(const Value& value, const key::KeyspaceId& id) const {
  return key::KeyspaceId::of_uint64(reverse_bits(to_uint64(value))) == id;
}

Value ReverseBits::reverse_map(const key::KeyspaceId& id) const {
  if (id.bytes.size() != 8) {
    throw Error(Errc::invalid_argument, "invalid keyspace id: " + id.hex());
  }
  return Value::of_uint(reverse_bits(id.left_justified()));
}

std::shared_ptr<const Vindex> NumericStaticMap::create(const VindexParams& params) {
  if (const auto inline_map = params.find("json"); inline_map != params.end()) {
    return std::make_shared<NumericStaticMap>(parse_number_map(inline_map->second));
  }
  if (params.contains("json_path")) return std::make_shared<NumericStaticMap>(std::nullopt);
  throw Error(Errc::invalid_argument,
              "NumericStaticMap: Could not find `json_path` param in vschema");
}

NumericStaticMap::NumericStaticMap(std::optional<std::map<std::uint64_t, std::uint64_t>> numbers)
    : Vindex({.type = "numeric_static_map", .cost = 1}), numbers_(std::move(numbers)) {}

std::optional<key::KeyspaceId> NumericStaticMap::map(const Value& value) const {
  if (!numbers_) {
    throw Error(Errc::unsupported,
                "numeric_static_map cannot read the file of `json_path`; give the map as `json`");
  }
  const auto number = try_to_uint64(value);
  if (!number) return std::nullopt;
  const auto mapped = numbers_->find(*number);
  return key::KeyspaceId::of_uint64(mapped == numbers_->end() ? *number : mapped->second);
}

}  // namespace shardlab::vindexes
