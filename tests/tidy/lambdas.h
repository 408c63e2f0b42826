#pragma once

#include "tests/tidy/tokens.h"

namespace shardlab::tidy {

/// Whether the `[` at `open` begins a lambda and not a subscript or a structured binding.
bool is_lambda(const Tokens& tokens, int open);
/// Index of the `}` that closes the body of the lambda whose `[` is at `open`.
int end_of_lambda(const Tokens& tokens, int open);
/// `[=]`, `[name]`, `[x = f()]`, `[*this]`; not `[&]`, `[&name]`, `[this]`.
bool captures_by_value(const Tokens& tokens, int open);
/// Whether the `{` at `open` begins the body of a lambda.
bool is_lambda_body(const Tokens& tokens, int open);

}  // namespace shardlab::tidy
