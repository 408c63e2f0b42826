#include "fakes/mysql/collation.h"

#include <algorithm>
#include <fmt/format.h>
#include <sqlite3.h>

#include "core/sql/lexer.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

/// Takes the first character off a text; bytes that are no UTF-8 count one by one.
char32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length == 1 || text.size() < length) {
    text.remove_prefix(1);
    return first;
  }
  char32_t character = first & (0xff >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) character = character << 6 | (byte(i) & 0x3f);
  text.remove_prefix(length);
  return character;
}

void append_character(std::string& out, char32_t character) {
  const auto add = [&](char32_t bits) { out += static_cast<char>(bits); };
  if (character < 0x80) {
    add(character);
  } else if (character < 0x800) {
    add(0xc0 | character >> 6);
    add(0x80 | (character & 0x3f));
  } else {
    add(0xe0 | character >> 12);
    add(0x80 | (character >> 6 & 0x3f));
    add(0x80 | (character & 0x3f));
  }
}

int sign(int number) { return (number > 0) - (number < 0); }

/// The rest of a longer text against the blanks that the shorter one is padded with.
int compare_with_blanks(std::string_view rest) {
  const auto other = rest.find_first_not_of(' ');
  if (other == std::string_view::npos) return 0;
  return static_cast<unsigned char>(rest[other]) < ' ' ? -1 : 1;
}

int compare_bytes(std::string_view left, std::string_view right) {
  const std::size_t common = std::min(left.size(), right.size());
  const int order = left.substr(0, common).compare(right.substr(0, common));
  if (order != 0) return sign(order);
  const int rest = compare_with_blanks((left.size() > common ? left : right).substr(common));
  return left.size() > common ? rest : -rest;
}

int compare_weights(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty()) {
    const char32_t first = general_ci_weight(take_character(left));
    const char32_t second = general_ci_weight(take_character(right));
    if (first != second) return first < second ? -1 : 1;
  }
  return left.empty() ? -compare_with_blanks(right) : compare_with_blanks(left);
}

int sqlite_bin(void*, int left_size, const void* left, int right_size, const void* right) {
  return compare_bytes({static_cast<const char*>(left), static_cast<std::size_t>(left_size)},
                       {static_cast<const char*>(right), static_cast<std::size_t>(right_size)});
}

int sqlite_ci(void*, int left_size, const void* left, int right_size, const void* right) {
  return compare_weights({static_cast<const char*>(left), static_cast<std::size_t>(left_size)},
                         {static_cast<const char*>(right), static_cast<std::size_t>(right_size)});
}

bool is_unicode(std::string_view charset) {
  return charset == "utf8mb4" || charset == "utf8mb3" || charset == "utf8";
}

}  // namespace

std::string_view to_string(Collation collation) {
  switch (collation) {
    case Collation::binary: return "binary";
    case Collation::utf8mb4_bin: return "utf8mb4_bin";
    case Collation::utf8mb4_general_ci: return "utf8mb4_general_ci";
  }
  return "binary";
}

Collation parse_collation(std::string_view written) {
  const std::string name = sql::to_lower(written);
  if (name == "binary") return Collation::binary;
  const auto underscore = std::min(name.find('_'), name.size());
  const std::string charset = name.substr(0, underscore);
  const std::string rest = name.substr(underscore);
  const bool known = is_unicode(charset);
  if (known && rest == "_bin") return Collation::utf8mb4_bin;
  if (known && rest == "_general_ci") return Collation::utf8mb4_general_ci;
  if (known && !rest.empty()) {
    throw sql_error(1235, fmt::format("collation {} is not supported; supported are utf8mb4_bin, "
                                      "utf8mb4_general_ci and binary",
                                      written));
  }
  throw sql_error(1273, fmt::format("Unknown collation: '{}'", written));
}

Collation collation_of_charset(std::string_view written) {
  const std::string name = sql::to_lower(written);
  if (name == "binary") return Collation::binary;
  if (is_unicode(name)) return Collation::utf8mb4_general_ci;
  throw sql_error(
      1115, fmt::format("Unknown character set: '{}'; known are utf8mb4 and binary", written));
}

int compare_texts(Collation collation, std::string_view left, std::string_view right) {
  switch (collation) {
    case Collation::binary: return sign(left.compare(right));
    case Collation::utf8mb4_bin: return compare_bytes(left, right);
    case Collation::utf8mb4_general_ci: return compare_weights(left, right);
  }
  return 0;
}

std::string folded(Collation collation, std::string_view text) {
  if (collation == Collation::binary) return std::string(text);
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  if (collation == Collation::utf8mb4_bin) return std::string(text);
  std::string out;
  while (!text.empty()) append_character(out, general_ci_weight(take_character(text)));
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) {
      text.remove_prefix(1);
      continue;
    }
    const std::size_t length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (length == 0 || first > 0xf4 || text.size() < length) return false;
    for (std::size_t i = 1; i < length; ++i) {
      if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

void add_collations(sqlite3* handle) {
  sqlite3_create_collation(handle, "utf8mb4_bin", SQLITE_UTF8, nullptr, sqlite_bin);
  sqlite3_create_collation(handle, "utf8mb4_general_ci", SQLITE_UTF8, nullptr, sqlite_ci);
}

}  // namespace shardlab::fakes::mysql
