#include "core/worker/chunk.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/worker/number_text.h"
#include "core/worker/sql_text.h"

namespace shardlab::worker {
namespace {

std::vector<Chunk> one_chunk() { return {Chunk()}; }

int decimals_of(const std::string& text) {
  const auto point = text.find('.');
  return point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
}

template <class Number>
std::optional<std::uint64_t> parse_bits(const Value& value) {
  const std::string& text = value.text();
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

/// The first key column as whole numbers modulo 2^64, in which a distance fits whatever the signs.
/// Floats become counts of a small decimal unit, three digits finer than the bounds.
class Scale {
 public:
  explicit Scale(const ChunkEstimate& estimate) : type_(estimate.type) {
    if (is_float(type_)) {
      decimals_ = std::max(decimals_of(estimate.min.text()), decimals_of(estimate.max.text())) + 3;
    }
  }

  std::optional<std::uint64_t> number(const Value& value) const {
    if (is_float(type_)) {
      const auto fixed = parse_fixed(value.text(), decimals_);
      if (!fixed) return std::nullopt;
      return static_cast<std::uint64_t>(*fixed);
    }
    if (is_signed_integer(type_)) return parse_bits<std::int64_t>(value);
    return parse_bits<std::uint64_t>(value);
  }

  Value value(std::uint64_t number) const {
    const auto signed_number = static_cast<std::int64_t>(number);
    if (is_float(type_)) return Value(type_, format_fixed(signed_number, decimals_));
    if (is_signed_integer(type_)) return Value(type_, std::to_string(signed_number));
    return Value(type_, std::to_string(number));
  }

 private:
  Type type_;
  int decimals_ = 0;
};

// How many chunks the rows are worth, before the bounds are looked at.
std::uint64_t wanted_chunks(const ChunkEstimate& estimate) {
  if (estimate.chunk_count < 2 || estimate.row_count < 2 * estimate.min_rows_per_chunk) return 1;
  const auto count = static_cast<std::uint64_t>(estimate.chunk_count);
  if (estimate.row_count / count >= estimate.min_rows_per_chunk) return count;
  return estimate.row_count / estimate.min_rows_per_chunk;
}

std::string start_condition(const ChunkTable& table, const Chunk& chunk,
                            const std::optional<Row>& last_row) {
  std::string text;
  if (!last_row && chunk.start.is_null()) return text;
  append_identifier(text, table.primary_key[0]);
  if (!last_row) {
    text += ">=";
    append_literal(text, chunk.start);
    return text;
  }
  // The first column alone again, because MySQL uses no index for the comparison of tuples.
  text += table.primary_key.size() == 1 ? ">" : ">=";
  append_literal(text, last_row->at(0));
  if (table.primary_key.size() == 1) return text;
  text += " AND (";
  append_identifiers(text, table.primary_key, ",");
  text += ")>(";
  for (std::size_t i = 0; i < table.primary_key.size(); ++i) {
    if (i > 0) text += ',';
    append_literal(text, last_row->at(i));
  }
  return text + ")";
}

std::string end_condition(const ChunkTable& table, const Chunk& chunk) {
  std::string text;
  if (chunk.end.is_null()) return text;
  append_identifier(text, table.primary_key[0]);
  text += '<';
  append_literal(text, chunk.end);
  return text;
}

}  // namespace

std::string to_string(const Chunk& chunk) {
  const std::string total = std::to_string(chunk.total);
  return fmt::format("{:>{}}/{}", chunk.number, total.size(), total);
}

std::vector<Chunk> generate_chunks(const ChunkEstimate& estimate) {
  if (!estimate.has_primary_key || estimate.min.is_null() || estimate.max.is_null()) {
    return one_chunk();
  }
  if (!is_integer(estimate.type) && !is_float(estimate.type)) return one_chunk();
  const std::uint64_t count = wanted_chunks(estimate);
  const Scale scale(estimate);
  const auto min = scale.number(estimate.min);
  const auto max = scale.number(estimate.max);
  if (count < 2 || !min || !max) return one_chunk();
  if (compare_numbers(estimate.min.text(), estimate.max.text()) > 0) return one_chunk();
  const std::uint64_t interval = (*max - *min) / count;
  if (interval == 0) return one_chunk();
  std::vector<Chunk> chunks(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    chunks[i].number = static_cast<int>(i + 1);
    chunks[i].total = static_cast<int>(count);
    if (i > 0) chunks[i].start = scale.value(*min + i * interval);
    if (i + 1 < count) chunks[i].end = scale.value(*min + (i + 1) * interval);
  }
  return chunks;
}

std::string chunk_query(const ChunkTable& table, const Chunk& chunk,
                        const std::optional<Row>& last_row) {
  std::string sql = "SELECT ";
  append_identifiers(sql, table.columns, ",");
  sql += " FROM ";
  append_identifier(sql, table.name);
  if (table.primary_key.empty()) {
    check(chunk.start.is_null() && chunk.end.is_null() && !last_row,
          "a table without primary key is read whole");
    return sql;
  }
  const std::string start = start_condition(table, chunk, last_row);
  const std::string end = end_condition(table, chunk);
  if (!start.empty() || !end.empty()) sql += " WHERE ";
  sql += start;
  if (!start.empty() && !end.empty()) sql += " AND ";
  sql += end + " ORDER BY ";
  append_identifiers(sql, table.primary_key, ",");
  return sql;
}

}  // namespace shardlab::worker
