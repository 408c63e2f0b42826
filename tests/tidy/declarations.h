#pragma once

#include "tests/tidy/tokens.h"

namespace shardlab::tidy {

/// Index of the `;` that ends what begins at `i`.
int end_of_declaration(const Tokens& tokens, int i);
/// A declaration inside the parentheses of a function or in its body is no member.
bool is_inside_function(const Tokens& tokens, int i);
/// Behind a type stand `&`, `const`, `Class::`; then the name that is declared. -1 if none is.
int declared_name(const Tokens& tokens, int after_type);
/// The name in `auto name(...) -> std::type` when the type is at `i`; -1 for anything else.
int function_returning(const Tokens& tokens, int i);

}  // namespace shardlab::tidy
