#include "core/sql/parser.h"

#include <catch2/catch.hpp>

#include "core/base/error.h"
#include "core/sql/printer.h"

namespace shardlab::sql {
namespace {

std::string reprinted(std::string_view sql) { return to_string(parse(sql)); }

Error error_of(std::string_view sql) {
  try {
    parse(sql);
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error for " << sql);
  return Error(Errc::corrupt, "");
}

TEST_CASE("parser: the guestbook's statements keep their parts") {
  const auto insert = std::get<Insert>(
      parse("INSERT INTO messages (page, time_created_ns, message) VALUES (:page, 5, 'it\\'s')")
          .node);
  CHECK(insert.table == TableName("", "messages"));
  CHECK(insert.columns == std::vector<std::string>{"page", "time_created_ns", "message"});
  REQUIRE(insert.rows.size() == 1);
  CHECK(insert.rows[0][0].kind == Expr::Kind::bind);
  CHECK(insert.rows[0][0].name == "page");
  CHECK(insert.rows[0][1].value == Value::of_int(5));
  CHECK(insert.rows[0][2].value == Value::of_text("it's"));

  const auto select = std::get<Select>(
      parse("SELECT message FROM `vt_ks`.messages WHERE page = 7 ORDER BY time_created_ns DESC")
          .node);
  CHECK(select.from == TableName("vt_ks", "messages"));
  CHECK(select.order_by.at(0).descending);
}

TEST_CASE("parser: statements are printed in one spelling") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"select * from t", "select * from t"},
      {"SELECT `a`, b AS x, COUNT(*) FROM `db`.`t` WHERE a<>1 AND NOT b IS NULL",
       "select a, b as x, COUNT(*) from db.t where a != 1 and not b is null"},
      {"select a from t where (a=1 or b=2) and c in (1, 2, 'x')",
       "select a from t where (a = 1 or b = 2) and c in (1, 2, 'x')"},
      {"select a from t where a between 1 and 5 or a not between 7 and 9",
       "select a from t where a between 1 and 5 or a not between 7 and 9"},
      {"select a from t where page>=1 and (page,time)>(1,2) order by page, time limit 10",
       "select a from t where page >= 1 and (page, time) > (1, 2) order by page asc, time asc "
       "limit 10"},
      {"select a from t limit 3 offset 4", "select a from t limit 4, 3"},
      {"select a from t limit 4, 3 for update", "select a from t limit 4, 3 for update"},
      {"select @@global.read_only, 1, version(), 'x' from dual",
       "select @@global.read_only, 1, version(), 'x'"},
      {"select `order` from `odd name`", "select `order` from `odd name`"},
      {"insert ignore into t values (1, null), (-2, x'00ff')",
       "insert ignore into t values (1, null), (-2, x'00ff')"},
      {"insert t set a=1, b=default", "insert into t(a, b) values (1, default)"},
      {"replace into t(a) value (1.50)", "replace into t(a) values (1.50)"},
      {"update t set a=a+1, b='x' where id=5 limit 1",
       "update t set a = a + 1, b = 'x' where id = 5 limit 1"},
      {"delete from t where (a=1 and b=2) or (a=3)",
       "delete from t where a = 1 and b = 2 or a = 3"},
      {"select a -- rest\n from /* inside */ t # end", "select a from t"},
      {"select max(a) m, sum(t.b) from t", "select max(a) as m, sum(t.b) from t"},
  };
  for (const auto& [written, printed] : cases) {
    INFO(written);
    CHECK(reprinted(written) == printed);
    CHECK(reprinted(printed) == printed);
  }
}

TEST_CASE("parser: number literals get the narrowest exact type") {
  const auto literal = [](std::string_view text) {
    return std::get<Select>(parse("select " + std::string(text)).node).items[0].expr.value;
  };
  CHECK(literal("9223372036854775807") == Value(Type::int64, "9223372036854775807"));
  CHECK(literal("9223372036854775808") == Value(Type::uint64, "9223372036854775808"));
  CHECK(literal("18446744073709551616") == Value(Type::decimal, "18446744073709551616"));
  CHECK(literal("-9223372036854775808") == Value(Type::int64, "-9223372036854775808"));
  CHECK(literal("-9223372036854775809") == Value(Type::decimal, "-9223372036854775809"));
  CHECK(literal("1.50") == Value(Type::decimal, "1.50"));
  CHECK(literal("1e3") == Value(Type::float64, "1e3"));
  CHECK(literal("null") == Value::null());
}

TEST_CASE("parser: text literals lose their escapes") {
  const auto literal = [](std::string_view text) {
    return std::get<Select>(parse("select " + std::string(text)).node).items[0].expr.value.text();
  };
  CHECK(literal(R"('a\nb\\c\"d\'e')") == "a\nb\\c\"d'e");
  CHECK(literal("'it''s'") == "it's");
  CHECK(literal("\"say \"\"x\"\"\"") == "say \"x\"");
  CHECK(literal("'\\0'") == std::string(1, '\0'));
  CHECK(literal("0x6869") == "hi");
}

TEST_CASE("parser: a result column is named by alias, column or the text as written") {
  const auto select = std::get<Select>(parse("select a as x, t.b, COUNT( * ), 1+1 from t").node);
  CHECK(select.items[0].title() == "x");
  CHECK(select.items[1].title() == "b");
  CHECK(select.items[2].title() == "COUNT( * )");
  CHECK(select.items[3].title() == "1+1");
}

TEST_CASE("parser: statements outside the subset are named as such") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"select a from t join u on t.id = u.id", "unsupported: JOIN"},
      {"select a from t, u", "unsupported: several tables"},
      {"select a from t group by a", "unsupported: GROUP BY"},
      {"select distinct a from t", "unsupported: DISTINCT"},
      {"select a from (select 1) x", "unsupported: subquery"},
      {"select a from t where a in (select 1)", "unsupported: subquery"},
      {"select a from t union select b from u", "unsupported: UNION"},
      {"select a from t where a like 'x'", "unsupported: operator like"},
      {"select a * 2 from t", "unsupported: operator *"},
      {"insert into t select 1", "unsupported: INSERT ... SELECT"},
      {"insert into t values (1) on duplicate key update a = (select 1)", "unsupported: subquery"},
      {"create table t(a int)", "unsupported: create"},
  };
  for (const auto& [sql, beginning] : cases) {
    const Error error = error_of(sql);
    CHECK(error.code() == Errc::unsupported);
    CHECK(error.message() ==
          beginning + "; supported are single-table SELECT, INSERT, UPDATE, DELETE");
  }
}

TEST_CASE("parser: a syntax error tells where it is") {
  CHECK(error_of("select from t").code() == Errc::invalid_argument);
  CHECK(error_of("select from t").message() == "syntax error at position 8 near 'from'");
  CHECK(error_of("insert into t values (1").message() == "syntax error at position 24 near ''");
  CHECK(error_of("select a from t where").message() == "syntax error at position 22 near ''");
  CHECK(error_of("select 'open").message() == "syntax error at position 8 near ''open'");
  CHECK(error_of("frobnicate").message() == "syntax error at position 1 near 'frobnicate'");
  CHECK(error_of("select a from t extra words").message() ==
        "syntax error at position 23 near 'words'");
}

TEST_CASE("parser: bind variables become literals everywhere") {
  Statement statement = parse("select a from t where a = :a and b in (:b, 2) limit :n");
  bind_variables(statement,
                 {{"a", Value::of_text("x'y")}, {"b", Value::of_int(-1)}, {"n", Value::of_int(3)}});
  CHECK(to_string(statement) == "select a from t where a = 'x\\'y' and b in (-1, 2) limit 3");
  CHECK_THROWS_WITH(bind_variables(statement = parse("delete from t where a = :gone"), {}),
                    "missing bind var gone");
}

TEST_CASE("parser: trailing comments are kept, others are not") {
  CHECK(trailing_comments("insert into t values (1) /* vtgate:: keyspace_id:16 */") ==
        "/* vtgate:: keyspace_id:16 */");
  CHECK(trailing_comments("/* first */ select 1") == "");
  CHECK(trailing_comments("select '/* text */'") == "");
  CHECK(reprinted("delete from t /* a */ /* b */") == "delete from t /* a */ /* b */");
}

TEST_CASE("parser: the kind of a statement is known by its first words") {
  CHECK(statement_kind(" /* c */ SELECT 1") == StatementKind::select);
  CHECK(statement_kind("start transaction") == StatementKind::begin);
  CHECK(statement_kind("start slave") == StatementKind::other);
  CHECK(statement_kind("truncate table t") == StatementKind::ddl);
  CHECK(statement_kind("") == StatementKind::other);
}

TEST_CASE("parser: a script is split at semicolons outside quotes and comments") {
  CHECK(split_statements("create table t(a int); insert into t values (';') /* ; */ ;; ") ==
        std::vector<std::string>{"create table t(a int)", "insert into t values (';') /* ; */"});
}

}  // namespace
}  // namespace shardlab::sql
