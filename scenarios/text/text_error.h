#pragma once

#include <cstddef>
#include <exception>
#include <string>

namespace shardlab::scenarios {

/// A mistake in a piece of text a person wrote: a time, an expression, a command line.
/// `offset` and `length` are bytes from the start of that piece; whoever knows the file adds the
/// place.
struct TextError : std::exception {
  TextError(std::size_t offset, std::size_t length, std::string text, std::string hint = "")
      : offset(offset), length(length), text(std::move(text)), hint(std::move(hint)) {}

  std::size_t offset;
  std::size_t length;
  std::string text;  ///< one sentence: `unknown function "row"`
  std::string hint;  ///< the next step, may be empty: `did you mean "rows"?`

  const char* what() const noexcept override { return text.c_str(); }
};

}  // namespace shardlab::scenarios
