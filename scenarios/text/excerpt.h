#pragma once

#include <string>
#include <string_view>

namespace shardlab::scenarios {

/// The place of a mistake as a person sees it; columns and lengths count characters, from 1:
///
///     bad.toml:31:8: unknown fault kind "crush"
///        31 | kind = "crush"
///           |        ^^^^^^^ did you mean "crash"?
///
/// Line 0 stands for the file as a whole: `bad.toml: cannot be read`.
/// The carets stand under the text also when wide (Chinese) characters or tabs are in front of it.
struct Excerpt {
  std::string file;
  int line = 1;
  int column = 1;
  int length = 1;
  std::string source_line;
};

std::string show_error(const Excerpt& where, std::string_view text, std::string_view hint);

/// Columns a terminal gives to the character: 2 for Chinese, Japanese, Korean and full-width ones.
int display_width(char32_t character);

/// The character that starts at byte `at`; moves `at` behind it. Broken UTF-8 counts byte by byte.
char32_t next_character(std::string_view text, std::size_t& at);

/// Number of characters in UTF-8 text.
int count_characters(std::string_view text);

}  // namespace shardlab::scenarios
