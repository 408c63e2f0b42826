#include "core/worker/key_order.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"

using namespace shardlab;
using namespace shardlab::worker;

namespace {

const std::string create =
    "CREATE TABLE `t` (\n"
    "  `a` varchar(10) NOT NULL,\n"
    "  `b` varchar(10) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL,\n"
    "  `c` varchar(10) COLLATE utf8mb4_general_ci NOT NULL COMMENT 'no COLLATE x_bin',\n"
    "  `d` varchar(10) CHARACTER SET latin1 NOT NULL,\n"
    "  `e` time NOT NULL,\n"
    "  PRIMARY KEY (`a`,`b`)\n"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='COLLATE=x'";

tabletmanagerdata::TableDefinition table_with_key(const char* column, Type type) {
  tabletmanagerdata::TableDefinition table;
  table.set_name("t");
  table.set_schema(create);
  auto& added = *table.add_columns();
  added.set_name(column);
  added.set_type(static_cast<std::int32_t>(type));
  table.add_primary_key_columns(column);
  return table;
}

Value text(const char* value) { return Value::of_text(value); }

}  // namespace

TEST_CASE("Key order: the collation of a column is its own or that of the table", "[unit]") {
  CHECK(collation_of(create, "a") == "utf8mb4_bin");
  CHECK(collation_of(create, "b") == "latin1_bin");
  CHECK(collation_of(create, "c") == "utf8mb4_general_ci");
  CHECK(collation_of(create, "d") == "latin1 (default)");
  CHECK(collation_of("CREATE TABLE `t` (\n  `a` text\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
                     "a") == "utf8mb4 (default)");
  CHECK(collation_of("", "a") == "");
}

TEST_CASE("Key order: a key that is not in the order of its bytes is refused", "[unit]") {
  CHECK_NOTHROW(require_known_key_order(table_with_key("a", Type::varchar)));
  CHECK_NOTHROW(require_known_key_order(table_with_key("b", Type::varchar)));
  CHECK_NOTHROW(require_known_key_order(table_with_key("c", Type::varbinary)));
  CHECK_THROWS_WITH(require_known_key_order(table_with_key("c", Type::varchar)),
                    Catch::StartsWith("table t: primary key column c is ordered by the collation "
                                      "utf8mb4_general_ci, and workers compare keys by bytes"));
  CHECK_THROWS_WITH(require_known_key_order(table_with_key("d", Type::char_)),
                    Catch::Contains("latin1 (default)"));
  CHECK_THROWS_WITH(require_known_key_order(table_with_key("e", Type::time)),
                    Catch::Contains("of type TIME"));
  CHECK_THROWS_WITH(require_known_key_order(table_with_key("a", Type::enum_)),
                    Catch::Contains("of type ENUM"));
  auto other = table_with_key("c", Type::varchar);
  other.clear_primary_key_columns();
  CHECK_NOTHROW(require_known_key_order(other));
}

TEST_CASE("Key order: texts are compared as if spaces followed, bytes are not", "[unit]") {
  const auto order = [](Type type, const char* left, const char* right) {
    return compare_key_values(type, text(left), text(right));
  };
  CHECK((order(Type::varchar, "a", "a  ") == 0));
  CHECK((order(Type::varchar, "a\t", "a") < 0));
  CHECK((order(Type::varchar, "a", "a\t") > 0));
  CHECK((order(Type::varchar, "a", "a!") < 0));
  CHECK((order(Type::varchar, "a  \xc3", "a") > 0));
  CHECK((order(Type::varbinary, "a", "a ") < 0));
  CHECK((order(Type::varbinary, "a", "a\t") < 0));
  CHECK((order(Type::varchar, "B", "a") < 0));
  CHECK((order(Type::int64, "10", "9") > 0));
  CHECK((compare_key_values(Type::varchar, Value::null(), text("")) < 0));
}
