#include "core/vtgate/merge.h"

#include <algorithm>
#include <string_view>

#include "core/base/error.h"
#include "core/vtgate/routing.h"

namespace shardlab::vtgate {
namespace {

/// A number as sign and digits: `-12.50` is {negative, "12", "50"}.
struct Decimal {
  bool negative = false;
  std::string whole;
  std::string fraction;
  bool is_zero() const {
    return whole.find_first_not_of('0') == std::string::npos &&
           fraction.find_first_not_of('0') == std::string::npos;
  }
};

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Decimal parse_decimal(std::string_view text) {
  const std::string_view given = text;
  Decimal number;
  number.negative = text.starts_with('-');
  if (number.negative) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction =
      dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  if ((whole.empty() && fraction.empty()) || !all_digits(whole) || !all_digits(fraction)) {
    throw Error(Errc::unsupported, "unsupported: in scatter query: number " + std::string(given));
  }
  number.whole = std::string(whole.substr(std::min(whole.find_first_not_of('0'), whole.size())));
  number.fraction = std::string(fraction);
  return number;
}

/// Gives both the same number of digits on either side of the point.
void align(Decimal& a, Decimal& b) {
  const std::size_t whole = std::max(a.whole.size(), b.whole.size());
  const std::size_t fraction = std::max(a.fraction.size(), b.fraction.size());
  for (Decimal* number : {&a, &b}) {
    number->whole.insert(0, whole - number->whole.size(), '0');
    number->fraction.append(fraction - number->fraction.size(), '0');
  }
}

std::string digits_of(const Decimal& aligned) { return aligned.whole + aligned.fraction; }

int compare_numbers(const std::string& a_text, const std::string& b_text) {
  Decimal a = parse_decimal(a_text);
  Decimal b = parse_decimal(b_text);
  if (a.is_zero()) a.negative = false;
  if (b.is_zero()) b.negative = false;
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  align(a, b);
  const int order = digits_of(a).compare(digits_of(b));
  return a.negative ? -order : order;
}

std::string add_digits(const std::string& a, const std::string& b) {
  std::string sum(a.size(), '0');
  int carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int digit = a[i] - '0' + b[i] - '0' + carry;
    sum[i] = static_cast<char>('0' + digit % 10);
    carry = digit / 10;
  }
  return carry ? "1" + sum : sum;
}

/// `a` must not be smaller than `b`.
std::string subtract_digits(const std::string& a, const std::string& b) {
  std::string difference(a.size(), '0');
  int borrow = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int digit = a[i] - b[i] - borrow;
    borrow = digit < 0 ? 1 : 0;
    difference[i] = static_cast<char>('0' + digit + 10 * borrow);
  }
  return difference;
}

Value aggregate(Aggregate kind, const Value& a, const Value& b) {
  if (a.is_null()) return b;
  if (b.is_null()) return a;
  if (kind == Aggregate::sum) return Value(a.type(), add_numbers(a.text(), b.text()));
  const bool b_is_less = compare_values(b, a) < 0;
  return b_is_less == (kind == Aggregate::min) ? b : a;
}

void merge_aggregates(const Merge& merge, std::vector<Row>& rows) {
  if (rows.empty()) return;
  Row total = rows[0];
  for (const Row& row : rows) {
    if (row.size() != merge.aggregates.size()) {
      throw Error(Errc::corrupt, "a shard answered with a wrong number of columns");
    }
    if (&row == &rows[0]) continue;
    for (std::size_t i = 0; i < row.size(); ++i) {
      total[i] = aggregate(merge.aggregates[i], total[i], row[i]);
    }
  }
  rows = {std::move(total)};
}

std::size_t position_of(const OrderKey& key, const std::vector<Field>& fields) {
  if (key.position && *key.position < fields.size()) return *key.position;
  for (std::size_t i = 0; !key.position && i < fields.size(); ++i) {
    if (same_name(fields[i].name, key.name)) return i;
  }
  throw Error(Errc::unsupported,
              "unsupported: in scatter query: order by must reference a column in the select "
              "list: " +
                  key.name);
}

void sort_rows(const Merge& merge, const std::vector<Field>& fields, std::vector<Row>& rows) {
  std::vector<std::pair<std::size_t, bool>> keys;
  for (const OrderKey& key : merge.order_by) {
    keys.emplace_back(position_of(key, fields), key.descending);
  }
  std::ranges::stable_sort(rows, [&](const Row& a, const Row& b) {
    for (const auto& [position, descending] : keys) {
      const int order = compare_values(a[position], b[position]);
      if (order != 0) return descending ? order > 0 : order < 0;
    }
    return false;
  });
}

void cut(const Merge& merge, std::vector<Row>& rows) {
  if (!merge.limit) return;
  const std::size_t begin = std::min<std::uint64_t>(merge.offset, rows.size());
  const std::size_t count = std::min<std::uint64_t>(*merge.limit, rows.size() - begin);
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(begin));
  rows.resize(count);
}

}  // namespace

int compare_values(const Value& a, const Value& b) {
  if (a.is_null()) return b.is_null() ? 0 : -1;
  if (b.is_null()) return 1;
  if (is_float(a.type()) || is_float(b.type())) {
    throw Error(Errc::unsupported, "unsupported: in scatter query: order of floating point values");
  }
  if (is_number(a.type()) && is_number(b.type())) return compare_numbers(a.text(), b.text());
  return a.text().compare(b.text());
}

std::string add_numbers(const std::string& a_text, const std::string& b_text) {
  Decimal a = parse_decimal(a_text);
  Decimal b = parse_decimal(b_text);
  align(a, b);
  std::string larger = digits_of(a);
  std::string smaller = digits_of(b);
  bool negative = a.negative;
  if (larger < smaller) {
    std::swap(larger, smaller);
    negative = b.negative;
  }
  std::string sum =
      a.negative == b.negative ? add_digits(larger, smaller) : subtract_digits(larger, smaller);
  const std::size_t scale = a.fraction.size();
  std::string fraction = sum.substr(sum.size() - scale);
  sum.resize(sum.size() - scale);
  sum.erase(0, std::min(sum.find_first_not_of('0'), sum.size()));
  const bool is_zero = sum.empty() && fraction.find_first_not_of('0') == std::string::npos;
  if (sum.empty()) sum = "0";
  return (negative && !is_zero ? "-" : "") + sum + (scale > 0 ? "." + fraction : "");
}

QueryResult merge_results(const Merge& merge, std::vector<QueryResult> results) {
  if (results.empty()) return QueryResult();
  QueryResult all = std::move(results[0]);
  if (results.size() == 1) return all;
  std::vector<Row> rows = all.rows;
  for (std::size_t i = 1; i < results.size(); ++i) {
    if (all.fields.empty()) all.fields = std::move(results[i].fields);
    for (const Row& row : results[i].rows) rows.push_back(row);
    all.rows_affected += results[i].rows_affected;
  }
  if (!merge.aggregates.empty()) merge_aggregates(merge, rows);
  if (!merge.order_by.empty()) sort_rows(merge, all.fields, rows);
  cut(merge, rows);
  all.rows = rows;
  return all;
}

}  // namespace shardlab::vtgate
