#pragma once

#include <cstddef>
#include <string_view>

namespace shardlab::tidy {

bool is_word_char(char c);
/// The ends of what begins at `at`. A number is a preprocessor's: `1'000`, `1.5e-9`, `0x1F`, `5s`.
std::size_t end_of_word(std::string_view text, std::size_t at);
std::size_t end_of_number(std::string_view text, std::size_t at);
std::size_t end_of_sign(std::string_view text, std::size_t at);
/// Of the line and all that a backslash joins to it.
std::size_t end_of_directive(std::string_view text, std::size_t at);
/// What `#define NAME(a, b) body` puts in the place of its name; `definition` begins at `NAME`.
std::string_view macro_body(std::string_view definition);

}  // namespace shardlab::tidy
