#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/base/value.h"
#include "scenarios/expect/expression.h"

namespace shardlab::scenarios {

/// Rows where order does not count but number does: {a, a, b} is not {a, b}.
class RowBag {
 public:
  RowBag() = default;
  explicit RowBag(std::vector<std::string> rows);
  /// Each row in the form `(5, 'hello')`.
  static RowBag of(const std::vector<Row>& rows);

  std::size_t size() const { return sorted().size(); }
  const std::vector<std::string>& sorted() const { return *sorted_; }

  friend RowBag operator+(const RowBag& left, const RowBag& right);
  /// What is left of `left` when each row of `right` takes one equal row away.
  friend RowBag operator-(const RowBag& left, const RowBag& right);
  friend bool operator==(const RowBag& left, const RowBag& right) {
    return left.sorted_ == right.sorted_ || left.sorted() == right.sorted();
  }

 private:
  using Rows = std::vector<std::string>;
  /// Shared by copies: a bag never changes.
  std::shared_ptr<const Rows> sorted_ = std::make_shared<const Rows>();
};

struct ExprValue;
using ExprList = std::vector<ExprValue>;

/// What an expression gives.
struct ExprValue {
  std::variant<bool, std::int64_t, std::string, ExprList, RowBag> data;

  static ExprValue of(bool value) { return ExprValue{value}; }
  static ExprValue of(std::int64_t value) { return ExprValue{value}; }
  static ExprValue of(std::string value) { return ExprValue{std::move(value)}; }
  static ExprValue of(RowBag value) { return ExprValue{std::move(value)}; }
  /// A list of texts: `['-80', '80-']`.
  static ExprValue of(const std::vector<std::string>& texts);

  ExprType type() const { return static_cast<ExprType>(data.index()); }
  bool operator==(const ExprValue& other) const;
};

/// `true`, `15`, `'master'`, `['-80', '80-']`, `13 rows`.
std::string to_string(const ExprValue& value);

/// Where the values of an expression come from.
struct Facts {
  /// A call of `exists`, `following`, `rows`, `serving` or `tablets`; the arguments have
  /// the types of its signature.
  std::function<ExprValue(const std::string& name, const std::vector<ExprValue>& args)> call;
  /// What the expression written `source` was when the step ended; see `remembered_by`.
  std::function<ExprValue(const std::string& step, const std::string& source)> past;
};

/// The value of a checked expression. `or`, `and` and `implies` stop at the first side that
/// decides. What `facts` throws passes through; a fact of the wrong type is a BugError.
ExprValue evaluate(const Expr& expr, const Facts& facts);

/// Why a condition does not hold, for people: each comparison that is not true with the values of
/// both sides, and for rows the first ones that only one side has. Empty when the condition holds.
std::string explain_failure(const Expr& expr, const Facts& facts);

}  // namespace shardlab::scenarios
