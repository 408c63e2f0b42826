#pragma once

#include <string>

#include "core/sql/ast.h"
#include "core/sql/lexer.h"

namespace shardlab::sql {

/// A literal, column, bind, variable, function call, tuple, or a sum of those.
Expr parse_operand(Tokens& tokens);

/// Throws Error: unsupported `unsupported: JOIN; supported are ...`.
[[noreturn]] void unsupported(const std::string& what);

}  // namespace shardlab::sql
