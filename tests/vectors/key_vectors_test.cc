#include <algorithm>
#include <catch2/catch.hpp>

#include "core/key/destination.h"
#include "core/key/key_range.h"
#include "core/key/shard_name.h"
#include "core/key/sharding_spec.h"
#include "core/topo/overlapping_shards.h"
#include "core/topo/target.h"
#include "tests/vectors/vector_file.h"

using namespace shardlab;
using vectors::Case;
using vectors::VectorFile;

namespace {

std::vector<std::string> printed(const std::vector<key::KeyRange>& ranges) {
  std::vector<std::string> texts;
  for (const auto& range : ranges) texts.push_back(to_string(range));
  return texts;
}

std::vector<key::ShardReference> shards_named(const std::vector<std::string>& names) {
  std::vector<key::ShardReference> shards;
  for (const auto& name : names) shards.push_back(key::validate_shard_name(name).value());
  return shards;
}

std::vector<key::ShardReference> partition_of(const Case& c) {
  const std::string spec = c.text("shards_spec");
  const key::KeyRange full;
  if (spec == "none") return {};
  if (spec.empty()) return {{"0", full}};
  if (spec == "custom") return {{"0", full}, {"1", full}};
  if (spec == "nil-range-0") return {{"0", std::nullopt}};
  std::vector<key::ShardReference> shards;
  for (const auto& range : key::parse_sharding_spec(spec).value()) {
    shards.emplace_back(to_string(range), range);
  }
  return shards;
}

key::Resolved resolve(const Case& c, const key::Destination& destination) {
  return key::resolve(destination, partition_of(c), [](std::size_t) { return 0; });
}

using Side = std::multiset<std::string>;
using Group = std::multiset<Side>;

Side side_of(const std::vector<key::ShardReference>& shards) {
  Side side;
  for (const auto& shard : shards) side.insert(shard.name);
  return side;
}

std::multiset<Group> groups_of(const nlohmann::json& json) {
  std::multiset<Group> groups;
  for (const auto& sides : json) {
    Group group;
    for (const auto& side : sides) group.insert(side.get<Side>());
    groups.insert(group);
  }
  return groups;
}

}  // namespace

TEST_CASE("Vectors: key ranges are parsed, printed and related as in Vitess", "[vectors]") {
  VectorFile file("key_range");
  file.run("uint64_key", [](const Case& c) {
    CHECK(key::KeyspaceId::of_uint64(std::stoull(c.text("value"))).hex() == c.text("bytes"));
  });
  file.run("parse_parts", [](const Case& c) {
    const auto range = key::parse_key_range_parts(c.text("start"), c.text("end"));
    if (expects_error(c, vectors::error_in(range))) return;
    CHECK(key::KeyspaceId(range->start).hex() == c.at("expect").at("start").get<std::string>());
    CHECK(key::KeyspaceId(range->end).hex() == c.at("expect").at("end").get<std::string>());
    CHECK(to_string(*range) == c.at("expect").at("printed").get<std::string>());
  });
  file.run("print", [](const Case& c) { CHECK(to_string(c.range("range")) == c.text("printed")); });
  file.run("contains", [](const Case& c) {
    CHECK(contains(c.range("range"), c.keyspace_id("keyspace_id")) == c.flag("contains"));
  });
  file.run("intersect_overlap", [](const Case& c) {
    const auto left = c.range("left");
    const auto right = c.range("right");
    CHECK(intersects(left, right) == c.flag("intersects"));
    const auto common = overlap(left, right);
    CHECK(common.has_value() == c.flag("intersects"));
    if (common) CHECK(*common == c.range("overlap"));
  });
  file.run("includes", [](const Case& c) {
    CHECK(includes(c.range("big"), c.range("small")) == c.flag("includes"));
  });
  file.run("add", [](const Case& c) {
    CHECK(add(c.range("first"), c.range("second")) == c.range("result"));
  });
  file.run("equality", [](const Case& c) {
    const auto left = c.range("left");
    const auto right = c.range("right");
    CHECK(equal(left, right) == c.flag("equal"));
    CHECK(start_smaller(left, right) == c.flag("start_smaller"));
    CHECK(start_equal(left, right) == c.flag("start_equal"));
    CHECK(end_equal(left, right) == c.flag("end_equal"));
    CHECK(is_partial(left) == c.flag("left_is_partial"));
  });
  file.run("is_key_range", [](const Case& c) {
    CHECK(key::is_key_range(c.text("input")) == c.flag("is_key_range"));
  });
  file.run("validate_shard_name", [](const Case& c) {
    const auto shard = key::validate_shard_name(c.text("input"));
    if (expects_error(c, vectors::error_in(shard))) return;
    CHECK(shard->name == c.at("expect").at("name").get<std::string>());
    CHECK(shard->key_range == vectors::range_of(c.at("expect").at("range")));
  });
  file.finish();
}

TEST_CASE("Vectors: sharding specifications are read as in Vitess", "[vectors]") {
  VectorFile file("sharding_spec");
  file.run("parse", [](const Case& c) {
    const auto ranges = key::parse_sharding_spec(c.text("spec"));
    if (expects_error(c, vectors::error_in(ranges))) return;
    CHECK(printed(*ranges) == c.texts("ranges"));
  });
  file.finish();
}

TEST_CASE("Vectors: even shards have Vitess's limits", "[vectors]") {
  VectorFile file("even_shards");
  file.run("range", [](const Case& c) {
    const auto range = key::even_shard(c.number("index"), c.number("count"));
    if (expects_error(c, vectors::error_in(range))) return;
    CHECK(to_string(*range) == c.text("range"));
  });
  file.run("all", [](const Case& c) {
    CHECK(printed(key::even_shards(c.number("count")).value()) == c.texts("ranges"));
  });
  file.finish();
}

TEST_CASE("Vectors: destinations resolve to Vitess's shards", "[vectors]") {
  VectorFile file("destinations");
  file.run("exact_key_range", [](const Case& c) {
    const auto found = resolve(c, key::DestinationExactKeyRanges{{c.range("range")}});
    const bool fails = expects_error(c, found.error);
    CHECK(found.shards == c.texts(fails ? "added_before_error" : "shards"));
  });
  file.run("key_range", [](const Case& c) {
    const auto found = resolve(c, key::DestinationKeyRanges{{c.range("range")}});
    CHECK_FALSE(found.error);
    CHECK(found.shards == c.texts("shards"));
  });
  file.run("keyspace_id", [](const Case& c) {
    const auto found = resolve(c, key::DestinationKeyspaceIds{{c.keyspace_id("keyspace_id")}});
    if (!expects_error(c, found.error)) {
      CHECK(found.shards == std::vector{c.text("shard")});
    } else if (found.error) {
      const bool unavailable = found.error->code() == Errc::unavailable;
      CHECK((unavailable ? "UNAVAILABLE" : "INVALID_ARGUMENT") == c.text("code"));
      CHECK((unavailable || found.error->code() == Errc::invalid_argument));
    }
  });
  file.run("parse_target", [](const Case& c) {
    const auto default_type = topo::parse_tablet_type(c.text("default_type")).value();
    const auto target = topo::parse_target(c.text("target"), default_type);
    if (expects_error(c, vectors::error_in(target))) return;
    CHECK(target->keyspace == c.text("keyspace"));
    CHECK(to_upper_text(target->tablet_type) == c.text("tablet_type"));
    std::optional<key::Destination> expected;
    if (const auto& wanted = c.at("destination"); !wanted.is_null()) {
      const std::string kind = wanted.at("kind");
      if (kind == "shard") {
        expected = key::DestinationShards{{wanted.at("shard").get<std::string>()}};
      } else if (kind == "exact_key_range") {
        expected = key::DestinationExactKeyRanges{{vectors::range_of(wanted.at("range"))}};
      } else {
        REQUIRE(kind == "keyspace_id");
        const auto id = key::parse_keyspace_id(wanted.at("id").get<std::string>()).value();
        expected = key::DestinationKeyspaceIds{{id}};
      }
    }
    CHECK((target->destination == expected));
  });
  file.finish();
}

TEST_CASE("Vectors: overlapping shards are found and checked as in Vitess", "[vectors]") {
  VectorFile file("overlapping_shards");
  file.run("find", [](const Case& c) {
    const auto found = topo::find_overlapping_shards(shards_named(c.texts("shards")));
    if (expects_error(c, vectors::error_in(found))) return;
    std::multiset<Group> groups;
    for (const auto& group : *found) groups.insert({side_of(group.left), side_of(group.right)});
    CHECK(groups == groups_of(c.at("groups")));
  });
  file.run("validate_for_reshard", [](const Case& c) {
    const auto sources = shards_named(c.texts("sources"));
    const auto targets = shards_named(c.texts("targets"));
    const auto error =
        vectors::error_thrown_by([&] { topo::validate_for_reshard(sources, targets); });
    CHECK(expects_error(c, error) == !c.at("error").is_null());
  });
  file.finish();
}
