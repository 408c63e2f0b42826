#include <catch2/catch.hpp>

#include "core/binlog/mysql56_gtid.h"
#include "core/key/hex.h"
#include "tests/vectors/vector_file.h"

using namespace shardlab;
using vectors::Case;
using vectors::VectorFile;

namespace {

binlog::Mysql56GtidSet set_in(const Case& c, const std::string& field) {
  return binlog::parse_mysql56_gtid_set(c.text(field)).value();
}

binlog::Mysql56Gtid gtid_in(const Case& c) {
  return binlog::parse_mysql56_gtid(c.text("gtid")).value();
}

}  // namespace

TEST_CASE("Vectors: MySQL 5.6 GTID sets behave as in Vitess", "[vectors]") {
  VectorFile file("gtid_mysql56");
  file.run("parse_set", [](const Case& c) {
    const auto set = binlog::parse_mysql56_gtid_set(c.text("input"));
    if (!expects_error(c, vectors::error_in(set))) CHECK(to_string(*set) == c.text("set"));
  });
  file.run("contains_gtid", [](const Case& c) {
    CHECK(set_in(c, "set").contains(gtid_in(c)) == c.flag("contains"));
  });
  file.run("contains", [](const Case& c) {
    CHECK(set_in(c, "left").contains(set_in(c, "right")) == c.flag("contains"));
  });
  file.run("equal", [](const Case& c) {
    CHECK((set_in(c, "left") == set_in(c, "right")) == c.flag("equal"));
  });
  file.run("add", [](const Case& c) {
    auto set = set_in(c, "set");
    set.add(gtid_in(c));
    CHECK(to_string(set) == c.text("result"));
  });
  file.run("union", [](const Case& c) {
    auto set = set_in(c, "left");
    set.unite(set_in(c, "right"));
    CHECK(to_string(set) == c.text("result"));
  });
  file.run("difference", [](const Case& c) {
    CHECK(to_string(set_in(c, "left").without(set_in(c, "right"))) == c.text("result"));
  });
  file.run("last",
           [](const Case& c) { CHECK(to_string(set_in(c, "set").last()) == c.text("last")); });
  file.run("sid_block", [](const Case& c) {
    CHECK(key::to_hex(sid_block(set_in(c, "set"))) == c.text("block"));
  });
  file.run("parse_single", [](const Case& c) {
    CHECK(binlog::parse_mysql56_gtid(c.text("input")).has_value() == c.flag("valid"));
  });
  file.finish();
}
