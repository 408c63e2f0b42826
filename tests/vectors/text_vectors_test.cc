#include <catch2/catch.hpp>

#include "core/binlog/mariadb_gtid.h"
#include "core/binlog/position.h"
#include "core/key/shard_name.h"
#include "core/topo/keyspace_shard.h"
#include "core/topo/tablet_alias.h"
#include "core/topo/tablet_type.h"
#include "core/vtctl/result_table.h"
#include "core/vtctl/tablet_listing.h"
#include "tests/vectors/vector_file.h"

using namespace shardlab;
using vectors::Case;
using vectors::VectorFile;

namespace {

binlog::MariadbGtidSet mariadb_set_in(const Case& c, const std::string& field) {
  return binlog::parse_mariadb_gtid_set(c.text(field)).value();
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

vtctl::TabletListing listing_of(const Case& c) {
  vtctl::TabletListing tablet;
  tablet.alias = topo::parse_tablet_alias(c.text("alias")).value();
  tablet.keyspace = c.text("keyspace");
  tablet.shard = c.text("shard");
  tablet.type = topo::parse_tablet_type(c.text("type")).value();
  tablet.host = c.text("host");
  tablet.vt_port = static_cast<std::uint16_t>(c.number("vt_port"));
  tablet.mysql_host = c.text("mysql_host");
  tablet.mysql_port = static_cast<std::uint16_t>(c.number("mysql_port"));
  tablet.tags = c.at("tags").get<std::map<std::string, std::string>>();
  return tablet;
}

/// The position of that name; `null` is the zero one.
binlog::Position position_in(const Case& c, const char* name) {
  if (c.at(name).is_null()) return {};
  return binlog::parse_position(c.text(name)).value();
}

}  // namespace

TEST_CASE("Vectors: positions behave as in Vitess", "[vectors]") {
  VectorFile file("positions");
  file.run("decode", [](const Case& c) {
    const auto position = binlog::parse_position(c.text("input"));
    if (expects_error(c, vectors::error_in(position))) return;
    CHECK(position->flavor() == c.text("flavor"));
    const bool is_zero = c.has("zero") && c.flag("zero");
    CHECK(position->is_zero() == is_zero);
    CHECK(position->display() == c.text("value"));
  });
  file.run("compare", [](const Case& c) {
    CHECK(position_in(c, "left").at_least(position_in(c, "right")) == c.flag("at_least"));
    CHECK((position_in(c, "left") == position_in(c, "right")) == c.flag("equal"));
  });
  file.run("append", [](const Case& c) {
    const auto gtid = binlog::parse_gtid(c.text("gtid")).value();
    CHECK(to_string(position_in(c, "position").with(gtid)) == c.text("result"));
  });
  file.run("display", [](const Case& c) {
    CHECK(position_in(c, "position").display() == c.text("text"));
    CHECK(to_string(position_in(c, "position")) == c.text("encoded"));
  });
  file.finish();
}

TEST_CASE("Vectors: MariaDB GTID sets behave as in Vitess", "[vectors]") {
  VectorFile file("gtid_mariadb");
  file.run("parse_set", [](const Case& c) {
    const auto set = binlog::parse_mariadb_gtid_set(c.text("input"));
    if (!expects_error(c, vectors::error_in(set))) CHECK(to_string(*set) == c.text("set"));
  });
  file.run("contains", [](const Case& c) {
    const auto left = mariadb_set_in(c, "left");
    const auto right = mariadb_set_in(c, "right");
    CHECK(left.contains(right) == c.flag("contains"));
    CHECK(right.contains(left) == c.flag("reverse_contains"));
  });
  file.run("equal", [](const Case& c) {
    CHECK((mariadb_set_in(c, "left") == mariadb_set_in(c, "right")) == c.flag("equal"));
  });
  file.run("add", [](const Case& c) {
    auto set = mariadb_set_in(c, "set");
    set.add(binlog::parse_mariadb_gtid(c.text("gtid")).value());
    CHECK(to_string(set) == c.text("result"));
  });
  file.run("union", [](const Case& c) {
    auto set = mariadb_set_in(c, "left");
    set.unite(mariadb_set_in(c, "right"));
    CHECK(to_string(set) == c.text("result"));
  });
  file.finish();
}

TEST_CASE("Vectors: aliases, shard paths, listings and tables have their fixed text", "[vectors]") {
  VectorFile file("text_formats");
  file.run("result_table", [](const Case& c) {
    std::vector<vtctl::TextRow> rows;
    for (const auto& row : c.at("rows")) {
      auto& texts = rows.emplace_back();
      for (const auto& cell : row) texts.emplace_back(cell.get<std::string>());
    }
    CHECK(vtctl::format_result_table(c.texts("header"), rows) == joined(c.texts("lines")));
  });
  file.run("format_alias", [](const Case& c) {
    const topo::TabletAlias alias(c.text("cell"), static_cast<std::uint32_t>(c.number("uid")));
    CHECK(to_string(alias) == c.text("alias"));
  });
  file.run("parse_alias", [](const Case& c) {
    const auto alias = topo::parse_tablet_alias(c.text("input"));
    if (expects_error(c, vectors::error_in(alias))) return;
    CHECK(alias->cell == c.text("cell"));
    CHECK(alias->uid == c.number("uid"));
  });
  file.run("keyspace_shard_path", [](const Case& c) {
    const auto shard = topo::parse_keyspace_shard(c.text("input"));
    if (expects_error(c, vectors::error_in(shard))) return;
    CHECK(shard->keyspace == c.text("keyspace"));
    CHECK(shard->shard == c.text("shard"));
  });
  file.run("list_tablets_line",
           [](const Case& c) { CHECK(vtctl::format_tablet(listing_of(c)) == c.text("line")); });
  file.run("guide_tablets", [](const Case& c) {
    // The guide's rule: hundreds by shard, units by index, types as the record writes them.
    const auto alias = topo::parse_tablet_alias(c.text("alias")).value();
    CHECK(alias.cell == "test");
    CHECK(alias.uid % 100 == c.number("index"));
    CHECK(to_string(alias) == c.text("alias"));
    const std::map<std::string, std::uint32_t> hundreds{{"0", 1}, {"-80", 2}, {"80-", 3}};
    CHECK(alias.uid / 100 == hundreds.at(key::validate_shard_name(c.text("shard")).value().name));
    const auto type = topo::parse_tablet_type(c.text("initial_type")).value();
    CHECK(to_upper_text(type) == c.text("initial_type"));
  });
  file.finish();
}
