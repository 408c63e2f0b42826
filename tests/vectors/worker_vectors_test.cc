#include <catch2/catch.hpp>

#include "core/worker/chunk.h"
#include "core/worker/reconcile.h"
#include "core/worker/row_differ.h"
#include "core/worker/row_router.h"
#include "core/worker/statements.h"
#include "core/worker/table_diff.h"
#include "core/vindexes/vschema.h"
#include "tests/vectors/vector_file.h"

using namespace shardlab;
using vectors::Case;
using vectors::VectorFile;

namespace {

std::vector<Type> key_types_of(const Case& c) {
  auto types = vectors::types_of(c);
  types.resize(static_cast<std::size_t>(c.number("primary_key_columns")));
  return types;
}

int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

void check_report(const Case& c) {
  const auto types = vectors::types_of(c);
  worker::TableDiff diff("t", key_types_of(c), worker::DiffRules::vitess());
  if (!c.at("left").empty()) diff.feed_left(vectors::rows_of(c.at("left"), types));
  if (!c.at("right").empty()) diff.feed_right(vectors::rows_of(c.at("right"), types));
  diff.end_left();
  diff.end_right();
  REQUIRE(diff.done());
  const auto& expected = c.at("report");
  CHECK(diff.report().processed == expected.at("processed"));
  CHECK(diff.report().matching == expected.at("matching"));
  CHECK(diff.report().mismatched == expected.at("mismatched"));
  CHECK(diff.report().extra_left == expected.at("extra_left"));
  CHECK(diff.report().extra_right == expected.at("extra_right"));
}

// The cases give each row's keyspace id in a column; `binary` makes it the one that counts.
vindexes::KeyspaceSchema keyspace_by_id_column() {
  vindexes::KeyspaceVSchema vschema;
  vschema.sharded = true;
  vschema.vindexes["by_id"].type = "binary";
  vschema.tables["t"].column_vindexes.push_back(
      {.column = "keyspace_id", .columns = {}, .name = "by_id"});
  return vindexes::build_keyspace_schema("ks", vschema);
}

std::vector<Row> rows_with_ids(const nlohmann::json& json) {
  auto rows = vectors::rows_of(json, {Type::int64, Type::varchar, Type::varbinary});
  for (Row& row : rows) {
    row[2] = Value(Type::varbinary, key::parse_keyspace_id(row[2].text()).value().bytes);
  }
  return rows;
}

const char* name_of(worker::ActionKind kind) {
  return kind == worker::ActionKind::insert   ? "insert"
         : kind == worker::ActionKind::update ? "update"
                                              : "delete";
}

void check_reconcile(const Case& c) {
  std::vector<key::ShardReference> shards;
  for (const auto& name : c.texts("shards")) {
    shards.push_back(key::validate_shard_name(name).value());
  }
  REQUIRE(c.number("primary_key_columns") == 1);
  const worker::RowRouter router(keyspace_by_id_column(), "t", c.texts("columns"), shards);
  worker::Reconciler reconciler({Type::int64}, router, worker::DiffRules::vitess());
  reconciler.feed_source(rows_with_ids(c.at("source")));
  reconciler.feed_destination(rows_with_ids(c.at("destination")));
  reconciler.end_source();
  reconciler.end_destination();
  REQUIRE(reconciler.done());
  const auto& counters = c.at("counters");
  CHECK(reconciler.counters().inserts == counters.at("inserts"));
  CHECK(reconciler.counters().updates == counters.at("updates"));
  CHECK(reconciler.counters().deletes == counters.at("deletes"));
  CHECK(reconciler.counters().equal_rows == counters.at("equal"));
  auto actions = nlohmann::json::array();
  for (const auto& action : reconciler.take_actions()) {
    actions.push_back({name_of(action.kind), shards[action.shard].name, action.row[0].text()});
  }
  CHECK(actions == c.at("actions"));
}

Value bound_of(const nlohmann::json& json, Type type) {
  return json.is_null() ? Value::null() : Value(type, json.get<std::string>());
}

void check_chunks(const std::vector<worker::Chunk>& chunks, const nlohmann::json& expected,
                  Type type) {
  std::size_t at = 0;
  for (const auto& item : expected) {
    if (item.contains("omitted")) {
      at += item.at("omitted").get<std::size_t>();
      continue;
    }
    REQUIRE(at < chunks.size());
    CHECK(chunks[at].start == bound_of(item.at("start"), type));
    CHECK(chunks[at].end == bound_of(item.at("end"), type));
    ++at;
  }
  CHECK(at == chunks.size());
}

worker::ChunkEstimate estimate_of(const Case& c) {
  worker::ChunkEstimate estimate;
  estimate.row_count = static_cast<std::uint64_t>(c.number("row_count"));
  estimate.has_primary_key = c.flag("has_primary_key");
  estimate.type = parse_type(c.text("type"));
  estimate.min = bound_of(c.at("min"), estimate.type);
  estimate.max = bound_of(c.at("max"), estimate.type);
  estimate.chunk_count = static_cast<int>(c.number("chunk_count"));
  estimate.min_rows_per_chunk = static_cast<std::uint64_t>(c.number("min_rows_per_chunk"));
  return estimate;
}

// A key value as the case writes it in SQL: a number, or text in quotes.
Value literal(const std::string& text) {
  if (text.front() == '\'') return Value::of_text(text.substr(1, text.size() - 2));
  return Value(text.find('.') == std::string::npos ? Type::int64 : Type::float64, text);
}

worker::StatementTable table_without_key_of(const Case& c) {
  worker::StatementTable table;
  table.db = c.text("db");
  table.table = c.text("table");
  table.columns = c.texts("columns");
  return table;
}

worker::StatementTable statement_table_of(const Case& c) {
  auto table = table_without_key_of(c);
  table.primary_key_columns = static_cast<std::size_t>(c.number("primary_key_columns"));
  return table;
}

Row json_row(const nlohmann::json& json) {
  Row row;
  for (const auto& item : json) {
    row.push_back(item.is_null()               ? Value::null()
                  : item.is_number_unsigned() ? Value::of_uint(item.get<std::uint64_t>())
                  : item.is_number()          ? Value::of_int(item.get<std::int64_t>())
                                              : Value::of_text(item.get<std::string>()));
  }
  return row;
}

std::vector<Row> json_rows(const Case& c) {
  std::vector<Row> rows;
  for (const auto& row : c.at("rows")) rows.push_back(json_row(row));
  return rows;
}

}  // namespace

TEST_CASE("Vectors: rows are compared and reconciled as in Vitess", "[vectors]") {
  VectorFile file("row_diff");
  file.run("compare_rows", [](const Case& c) {
    const auto types = vectors::types_of(c);
    const auto left = vectors::row_of(c.at("left"), types);
    const auto right = vectors::row_of(c.at("right"), types);
    const auto vitess = worker::DiffRules::vitess();
    CHECK(sign(compare_keys(key_types_of(c), left, right, vitess)) == c.number("result"));
  });
  file.run("ordered_columns", [](const Case& c) {
    CHECK(worker::ordered_columns(c.texts("columns"), c.texts("primary_key")) ==
          c.texts("ordered"));
  });
  file.run("keyspace_id_as_uint64", [](const Case& c) {
    CHECK(std::to_string(c.keyspace_id("keyspace_id").left_justified()) == c.text("value"));
  });
  file.run("diff_report", check_report);
  file.run("no_primary_key", check_report);
  file.run("reconcile", check_reconcile);
  file.finish();
}

TEST_CASE("Vectors: tables are cut into Vitess's chunks and read by its queries", "[vectors]") {
  VectorFile file("clone_chunks");
  file.run("generate", [](const Case& c) {
    const auto estimate = estimate_of(c);
    const auto chunks = worker::generate_chunks(estimate);
    CHECK(static_cast<std::int64_t>(chunks.size()) == c.number("expect_count"));
    check_chunks(chunks, c.at("chunks"), estimate.type);
  });
  file.run("query", [](const Case& c) {
    const worker::ChunkTable table{c.text("table"), c.texts("columns"), c.texts("primary_key")};
    worker::Chunk chunk;
    chunk.start = bound_of(c.at("chunk_start"), Type::int64);
    chunk.end = bound_of(c.at("chunk_end"), Type::int64);
    std::optional<Row> last_row;
    if (!c.at("last_row").is_null()) {
      last_row.emplace();
      for (const auto& text : c.texts("last_row")) last_row->push_back(literal(text));
    }
    CHECK(chunk_query(table, chunk, last_row) == c.text("sql"));
  });
  file.finish();
}

TEST_CASE("Vectors: statements of a clone have Vitess's text and size", "[vectors]") {
  VectorFile file("clone_statements");
  file.run("insert", [](const Case& c) {
    CHECK(worker::insert_statement(table_without_key_of(c), json_rows(c)) == c.text("sql"));
  });
  file.run("update", [](const Case& c) {
    CHECK(worker::update_statement(statement_table_of(c), json_row(c.at("row"))) == c.text("sql"));
  });
  file.run("delete", [](const Case& c) {
    CHECK(worker::delete_statement(statement_table_of(c), json_rows(c)) == c.text("sql"));
  });
  file.run("batching", [](const Case& c) {
    const std::string kind = c.text("kind");
    REQUIRE((kind == "insert" || kind == "delete"));
    worker::StatementBatcher batcher(
        kind == "insert" ? worker::ActionKind::insert : worker::ActionKind::delete_,
        statement_table_of(c), static_cast<std::size_t>(c.number("max_rows")),
        static_cast<std::size_t>(c.number("max_size")));
    std::vector<std::int64_t> sizes;
    for (const Row& row : json_rows(c)) {
      if (const auto statement = batcher.add(row)) sizes.push_back(statement->rows);
    }
    if (const auto statement = batcher.flush()) sizes.push_back(statement->rows);
    CHECK(sizes == c.at("rows_per_statement").get<std::vector<std::int64_t>>());
  });
  file.finish();
}
