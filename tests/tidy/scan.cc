#include "tests/tidy/scan.h"

#include <algorithm>
#include <cctype>

namespace shardlab::tidy {

bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || (c & 0x80) != 0;
}

std::size_t end_of_word(std::string_view text, std::size_t at) {
  while (at < text.size() && is_word_char(text[at])) ++at;
  return at;
}

std::size_t end_of_number(std::string_view text, std::size_t at) {
  const bool hex = text.substr(at, 2) == "0x" || text.substr(at, 2) == "0X";
  const std::string_view exponents = hex ? "pP" : "eE";
  for (std::size_t end = at + 1; end < text.size(); ++end) {
    const char c = text[end];
    const bool has_sign = (c == '+' || c == '-') && exponents.find(text[end - 1]) != text.npos;
    if (!is_word_char(c) && c != '.' && c != '\'' && !has_sign) return end;
  }
  return text.size();
}

std::size_t end_of_sign(std::string_view text, std::size_t at) {
  static constexpr std::string_view signs[] = {"...", "<=>", "<<=", ">>=", "->*", "::", "->", "&&",
                                               "||",  "++",  "--",  "+=",  "-=",  "*=", "/=", "%=",
                                               "&=",  "|=",  "^=",  "==",  "!=",  "<=", ">="};
  for (std::string_view sign : signs) {
    if (text.substr(at).starts_with(sign)) return at + sign.size();
  }
  return at + 1;
}

std::size_t end_of_directive(std::string_view text, std::size_t at) {
  std::size_t end = at;
  do {
    end = std::min(text.find('\n', end + 1), text.size());
  } while (end < text.size() && text[end - (text[end - 1] == '\r' ? 2 : 1)] == '\\');
  return end;
}

std::string_view macro_body(std::string_view definition) {
  std::size_t begin = end_of_word(definition, 0);
  if (begin < definition.size() && definition[begin] == '(') {
    begin = std::min(definition.find(')', begin), definition.size() - 1) + 1;
  }
  return definition.substr(begin);
}

}  // namespace shardlab::tidy
