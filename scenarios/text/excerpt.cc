#include "scenarios/text/excerpt.h"

#include <algorithm>
#include <fmt/format.h>

namespace shardlab::scenarios {

char32_t next_character(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  if (more == 0) return lead;
  char32_t code = lead & (0x3F >> more);
  const std::size_t start = at;
  for (int i = 0; i < more; ++i) {
    const bool continues =
        at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
    if (!continues) {
      at = start;
      return lead;
    }
    code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
  }
  return code;
}

int display_width(char32_t c) {
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                    (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                    (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

int count_characters(std::string_view text) {
  int count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_character(text, at);
  return count;
}

std::string show_error(const Excerpt& where, std::string_view text, std::string_view hint) {
  if (where.line == 0) return fmt::format("{}: {}", where.file, text);
  std::string padding, carets;
  int column = 1;
  for (std::size_t at = 0; at < where.source_line.size(); ++column) {
    const char32_t character = next_character(where.source_line, at);
    const auto width = static_cast<std::size_t>(display_width(character));
    if (column < where.column) {
      padding += character == '\t' ? std::string("\t") : std::string(width, ' ');
    } else if (column < where.column + where.length) {
      carets += std::string(width, '^');
    }
  }
  if (carets.empty()) carets = "^";
  return fmt::format("{}:{}:{}: {}\n{:5} | {}\n{:5} | {}{}{}{}", where.file, where.line,
                     where.column, text, where.line, where.source_line, "", padding, carets,
                     hint.empty() ? "" : " ", hint);
}

}  // namespace shardlab::scenarios
