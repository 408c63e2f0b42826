#pragma once

#include <optional>
#include <string>

#include "core/sql/ast.h"
#include "core/sql/lexer.h"

namespace shardlab::sql {

/// A literal, column, bind, variable, function call, tuple, or a sum of those.
Expr parse_operand(Tokens& tokens);

/// A number or a text with nothing done to it, as most values of an INSERT: `'x',`, `5)`. Leaves
/// the stream as it is when there is something else.
std::optional<Value> accept_lone_literal(Tokens& tokens);

/// Throws Error: unsupported `unsupported: JOIN; supported are ...`.
[[noreturn]] void unsupported(const std::string& what);

}  // namespace shardlab::sql
