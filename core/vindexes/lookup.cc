#include "core/vindexes/lookup.h"

#include <array>
#include <fmt/format.h>

namespace shardlab::vindexes {
namespace {

constexpr std::array<std::string_view, 4> lookup_types{
    "lookup", "lookup_hash", "lookup_unicodeloosemd5_hash", "consistent_lookup"};
constexpr std::array<std::string_view, 4> unique_lookup_types{"lookup_unique", "lookup_hash_unique",
                                                              "lookup_unicodeloosemd5_hash_unique",
                                                              "consistent_lookup_unique"};
constexpr std::array<std::string_view, 2> collation_types{"unicode_loose_md5",
                                                          "unicode_loose_xxhash"};

template <std::size_t N>
bool is_one_of(std::string_view type, const std::array<std::string_view, N>& types) {
  for (std::string_view candidate : types) {
    if (candidate == type) return true;
  }
  return false;
}

void check_boolean_params(const VindexParams& params) {
  for (const char* name : {"autocommit", "write_only", "ignore_nulls"}) {
    const auto param = params.find(name);
    if (param == params.end() || param->second == "true" || param->second == "false") continue;
    throw Error(Errc::invalid_argument,
                fmt::format("{} value must be 'true' or 'false': '{}'", name, param->second));
  }
}

}  // namespace

DeclaredOnly::DeclaredOnly(VindexInfo info, std::string reason)
    : Vindex(std::move(info)), reason_(std::move(reason)) {}

std::optional<key::KeyspaceId> DeclaredOnly::map(const Value&) const {
  throw Error(Errc::unsupported,
              fmt::format("cannot map a value with vindex type {}: {}", type(), reason_));
}

std::shared_ptr<const Vindex> create_declared_only(std::string_view type,
                                                   const VindexParams& params) {
  const std::string name(type);
  const bool unique = is_one_of(type, unique_lookup_types);
  if (unique || is_one_of(type, lookup_types)) {
    check_boolean_params(params);
    return std::make_shared<DeclaredOnly>(
        VindexInfo{.type = name, .cost = unique ? 10 : 20, .unique = unique, .needs_vcursor = true},
        "it stores keyspace ids in a table, and lookup tables are not supported");
  }
  if (is_one_of(type, collation_types)) {
    return std::make_shared<DeclaredOnly>(VindexInfo{.type = name},
                                          "Unicode collation keys are not supported");
  }
  if (type == "region_json") {
    return std::make_shared<DeclaredOnly>(VindexInfo{.type = name, .multi_column = true},
                                          "its region file is not read");
  }
  return nullptr;
}

bool is_lookup(const Vindex& vindex) { return vindex.needs_vcursor(); }

}  // namespace shardlab::vindexes
