#include "scenarios/expect/lexer.h"

#include <charconv>
#include <fmt/format.h>

#include "scenarios/text/text_error.h"
#include "scenarios/text/units.h"

namespace shardlab::scenarios {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

Token read_name(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]))) ++end;
  return Token{TokenKind::name, std::string(text.substr(at, end - at)), 0, at, end - at};
}

Token read_number(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '.')) {
    ++end;
  }
  const auto piece = text.substr(at, end - at);
  Token token{TokenKind::number, std::string(piece), 0, at, piece.size()};
  const auto [rest, error] =
      std::from_chars(piece.data(), piece.data() + piece.size(), token.number);
  if (error == std::errc() && rest == piece.data() + piece.size()) return token;
  try {
    token.number = parse_duration(piece).count();
  } catch (const TextError&) {
    throw TextError(at, piece.size(), fmt::format("\"{}\" is neither a number nor a time", piece),
                    "numbers: 15   times: 250ms 5s 2m");
  }
  return token;
}

Token read_text(std::string_view text, std::size_t at) {
  const std::size_t close = text.find('\'', at + 1);
  if (close == std::string_view::npos) {
    throw TextError(at, text.size() - at, "this text is never closed", "close it with '");
  }
  return Token{TokenKind::text, std::string(text.substr(at + 1, close - at - 1)), 0, at,
               close + 1 - at};
}

Token read_symbol(std::string_view text, std::size_t at) {
  for (std::string_view symbol :
       {"==", "!=", "<=", ">=", "<", ">", "+", "-", "(", ")", "[", "]", ","}) {
    if (!text.substr(at).starts_with(symbol)) continue;
    return Token{TokenKind::symbol, std::string(symbol), 0, at, symbol.size()};
  }
  const char c = text[at];
  std::string hint;
  if (c == '"') hint = "texts stand in single quotes: 'master'";
  if (c == '=') hint = "equal is written ==";
  if (c == '!') hint = "write \"not\", or != for unequal";
  if (c == '&') hint = "write \"and\"";
  if (c == '|') hint = "write \"or\"";
  // A byte of a longer character must not be printed alone.
  const auto what =
      static_cast<unsigned char>(c) < 0x80 ? fmt::format("\"{}\"", c) : "this character";
  throw TextError(at, 1, fmt::format("{} means nothing in a condition", what), hint);
}

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
      continue;
    }
    tokens.push_back(is_letter(c)  ? read_name(text, at)
                     : is_digit(c) ? read_number(text, at)
                     : c == '\''   ? read_text(text, at)
                                   : read_symbol(text, at));
    at += tokens.back().length;
  }
  tokens.push_back(Token{TokenKind::end, "end", 0, text.size(), 1});
  return tokens;
}

}  // namespace shardlab::scenarios
