#pragma once

#include <functional>

#include "core/base/value.h"
#include "core/sql/ast.h"

namespace shardlab::fakes::mysql {

/// Gives the value of a column, variable or function call; throws for unknown ones.
using Lookup = std::function<Value(const sql::Expr&)>;

/// The value of a literal, a sum, or of what `lookup` knows.
/// Throws Error: sql 1690 (number out of range), 1235 (other expressions).
Value evaluate(const sql::Expr& expr, const Lookup& lookup);

/// Replaces every part that holds no column by its value, aggregates excepted.
void fold_constants(sql::Expr& expr, const Lookup& lookup);

/// COUNT, MIN, MAX or SUM.
bool is_aggregate(const sql::Expr& expr);

/// MySQL's truth: a number that is not 0; NULL is false.
bool is_true(const Value& value);

}  // namespace shardlab::fakes::mysql
