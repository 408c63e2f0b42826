#pragma once

#include <cstddef>

#include "scenarios/expect/expression.h"

namespace shardlab::scenarios {

/// The type a call gives, after its name and arguments were checked.
/// Throws TextError at `offset`, `length` (the name): unknown function, arguments that fit no form
/// of it.
ExprType result_type(const Expr& call, std::size_t offset, std::size_t length);

}  // namespace shardlab::scenarios
