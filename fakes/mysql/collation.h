#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;

namespace shardlab::fakes::mysql {

/// How the texts of a column compare. All but `binary` pad: blanks at the end do not count.
enum class Collation : std::uint8_t {
  binary,              ///< bytes, as BLOB and VARBINARY compare
  utf8mb4_bin,         ///< code points
  utf8mb4_general_ci,  ///< letters without case and accents
};

std::string_view to_string(Collation collation);

/// Accepts the names of utf8, utf8mb3, utf8mb4, latin1 and ascii collations that compare like one
/// of these; `binary` is the character set. Throws Error: sql 1273 for unknown ones, 1235 for
/// others.
Collation parse_collation(std::string_view name);
/// The default collation of a character set. Throws Error: sql 1115 for unknown ones.
Collation collation_of_charset(std::string_view name);

/// -1, 0 or 1.
int compare_texts(Collation collation, std::string_view left, std::string_view right);

/// One text for all that compare equal: padding gone, letters folded. `"Ä "` gives `"A"`.
std::string folded(Collation collation, std::string_view text);

/// `utf8mb4_general_ci`'s weight of a character.
char32_t general_ci_weight(char32_t character);

bool is_utf8(std::string_view text);

/// Makes both known to SQLite under their names, for values of its type TEXT.
void add_collations(sqlite3* handle);

}  // namespace shardlab::fakes::mysql
