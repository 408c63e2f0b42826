#pragma once

#include "core/base/error.h"

namespace shardlab {

/// The error of a result that holds one.
/// `Result::error()` of Boost 1.81 does not compile for an error without a default constructor.
template <class T>
Error error_of(const Result<T>& result) {
  try {
    (void)result.value();
  } catch (const Error& error) {
    return error;
  }
  throw BugError("error_of() was asked for the error of a success");
}

}  // namespace shardlab
