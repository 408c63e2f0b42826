#include "core/sql/result_codec.h"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "core/base/error.h"
#include "core/sql/query_proto.h"

namespace shardlab::sql {
namespace {

QueryResult an_inserted_result() {
  QueryResult result;
  result.fields = {Field("page", Type::uint64), Field("message", Type::varchar)};
  result.rows = {Row{Value::of_uint(5), Value::of_text("hello")},
                 Row{Value::of_uint(6), Value::null()},
                 Row{Value::of_uint(7), Value::of_text(std::string(300, 'x'))}};
  result.rows_affected = 3;
  result.insert_id = 1'000'000;
  return result;
}

void check_same(const QueryResult& a, const QueryResult& b) {
  CHECK(a.fields == b.fields);
  CHECK(a.rows == b.rows);
  CHECK(a.rows_affected == b.rows_affected);
  CHECK(a.insert_id == b.insert_id);
}

TEST_CASE("result codec: a result survives the journey") {
  check_same(decode_result(encode(an_inserted_result())), an_inserted_result());
  check_same(decode_result(encode(QueryResult())), QueryResult());
}

TEST_CASE("result codec: the bytes are those of the message") {
  CHECK(encode(an_inserted_result()) == to_proto(an_inserted_result()).SerializeAsString());
  CHECK(encode(QueryResult()).empty());
  rc::prop("any rows", [](const std::vector<std::pair<bool, std::string>>& texts) {
    QueryResult result;
    result.fields = an_inserted_result().fields;
    for (const auto& [is_null, text] : texts) {
      result.rows.push_back(Row{is_null ? Value::null() : Value::of_uint(text.size()),
                                is_null ? Value::null() : Value::of_text(text)});
    }
    RC_ASSERT(encode(result) == to_proto(result).SerializeAsString());
  });
}

TEST_CASE("result codec: what does not fit together is corrupt") {
  query::QueryResult message = to_proto(an_inserted_result());
  SECTION("a row with a length too few") {
    message.mutable_rows(0)->mutable_lengths()->RemoveLast();
  }
  SECTION("a row with a length too many") { message.mutable_rows(1)->add_lengths(-1); }
  SECTION("bytes missing") { message.mutable_rows(0)->mutable_values()->pop_back(); }
  SECTION("bytes left over") { message.mutable_rows(0)->mutable_values()->push_back('x'); }
  SECTION("an impossible length") { message.mutable_rows(0)->set_lengths(0, -2); }
  SECTION("an unknown type") { message.mutable_fields(0)->set_type(1000); }
  CHECK_THROWS_AS(decode_result(message.SerializeAsString()), Error);
}

TEST_CASE("result codec: streamed rows take the fields that came before") {
  QueryResult part;
  part.rows = an_inserted_result().rows;
  CHECK(decode_rows(encode(part), an_inserted_result().fields) == an_inserted_result().rows);
  CHECK_THROWS_AS(decode_rows(encode(part), {Field("page", Type::uint64)}), Error);
}

TEST_CASE("result codec: a cut result is corrupt or a shorter one, and never read beyond its end") {
  const std::string whole = encode(an_inserted_result());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    try {
      const QueryResult result = decode_result(cut);
      CHECK(result.rows.size() <= 3);
    } catch (const Error& error) {
      CHECK(error.code() == Errc::corrupt);
    }
  }
}

}  // namespace
}  // namespace shardlab::sql
