#include "core/sql/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "core/base/error.h"

namespace shardlab::sql {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_bit(char c) { return c == '0' || c == '1'; }

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_word_part(char c) { return is_word_start(c) || is_digit(c); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

char unescape(char c) {
  switch (c) {
    case '0': return '\0';
    case 'b': return '\b';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'Z': return '\x1a';
    default: return c;
  }
}

constexpr std::array<std::string_view, 67> reserved_words{
    "add",      "all",      "alter",   "and",
    "as",       "asc",      "between", "by",
    "case",     "change",   "check",   "collate",
    "column",   "create",   "cross",   "current_timestamp",
    "database", "default",  "delete",  "desc",
    "describe", "distinct", "div",     "drop",
    "dual",     "exists",   "false",   "for",
    "from",     "group",    "having",  "in",
    "index",    "inner",    "insert",  "into",
    "is",       "join",     "key",     "left",
    "like",     "limit",    "lock",    "mod",
    "natural",  "not",      "null",    "on",
    "or",       "order",    "primary", "regexp",
    "replace",  "right",    "rlike",   "select",
    "set",      "table",    "true",    "union",
    "unique",   "update",   "using",   "values",
    "where",    "with",     "xor"};
static_assert(std::is_sorted(reserved_words.begin(), reserved_words.end()));
constexpr std::size_t longest_reserved_word = std::string_view("current_timestamp").size();

int hex_value(char c) { return is_digit(c) ? c - '0' : lower(c) - 'a' + 10; }

}  // namespace

bool is_keyword(std::string_view word, std::string_view lower_case) {
  return word.size() == lower_case.size() &&
         std::equal(word.begin(), word.end(), lower_case.begin(),
                    [](char a, char b) { return lower(a) == b; });
}

bool is_reserved_word(std::string_view word) {
  std::array<char, longest_reserved_word> lowered{};
  if (word.size() > lowered.size()) return false;
  std::transform(word.begin(), word.end(), lowered.begin(), lower);
  const std::string_view wanted(lowered.data(), word.size());
  return std::binary_search(reserved_words.begin(), reserved_words.end(), wanted);
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

std::string decode_quoted(std::string_view raw) {
  const char quote = raw.front();
  const std::string_view inner = raw.substr(1, raw.size() - 2);
  const auto is_special = [&](char c) { return c == quote || (c == '\\' && quote != '`'); };
  std::string out;
  out.reserve(inner.size());
  for (std::size_t begin = 0;;) {
    const auto from = inner.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto special = std::find_if(from, inner.end(), is_special);
    out.append(from, special);
    if (special == inner.end()) return out;
    const auto second = special + 1;  // of an escape, or of a doubled quote
    out += *special == quote ? quote : unescape(*second);
    begin = static_cast<std::size_t>(second - inner.begin()) + 1;
  }
}

/// Eight bits a byte, the last bit lowest.
static std::string decode_bits(std::string_view digits) {
  std::string out((digits.size() + 7) / 8, '\0');
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t place = digits.size() - 1 - i;
    char& byte = out[out.size() - 1 - place / 8];
    if (digits[i] == '1') byte = static_cast<char>(byte | 1 << place % 8);
  }
  return out;
}

std::string decode_hex(std::string_view raw) {
  std::string digits(raw.substr(2));
  if (!digits.empty() && digits.back() == '\'') digits.pop_back();
  if (lower(raw[0]) == 'b' || lower(raw[1]) == 'b') return decode_bits(digits);
  if (digits.size() % 2 == 1) digits.insert(digits.begin(), '0');
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    out += static_cast<char>(hex_value(digits[i]) * 16 + hex_value(digits[i + 1]));
  }
  return out;
}

Tokens::Tokens(std::string_view sql) : sql_(sql) {
  current_ = scan();
  second_ = scan();
}

void Tokens::advance() {
  current_ = second_;
  second_ = scan();
}

Token Tokens::take() {
  const Token taken = current_;
  advance();
  return taken;
}

bool Tokens::at_word(std::string_view keyword) const {
  return current_.kind == Token::Kind::word && is_keyword(current_.raw, keyword);
}

bool Tokens::at_symbol(std::string_view symbol) const {
  if (current_.kind != Token::Kind::symbol || current_.raw.size() != symbol.size()) return false;
  return current_.raw.front() == symbol.front() && (symbol.size() == 1 || current_.raw == symbol);
}

bool Tokens::accept_word(std::string_view keyword) {
  if (!at_word(keyword)) return false;
  advance();
  return true;
}

bool Tokens::accept_symbol(std::string_view symbol) {
  if (!at_symbol(symbol)) return false;
  advance();
  return true;
}

void Tokens::expect_word(std::string_view keyword) {
  if (!accept_word(keyword)) fail();
}

void Tokens::expect_symbol(std::string_view symbol) {
  if (!accept_symbol(symbol)) fail();
}

std::string Tokens::expect_name() {
  if (current_.kind == Token::Kind::quoted_word) return decode_quoted(take().raw);
  if (current_.kind != Token::Kind::word) fail();
  return std::string(take().raw);
}

std::string Tokens::expect_string() {
  if (current_.kind != Token::Kind::string) fail();
  return decode_quoted(take().raw);
}

std::uint64_t Tokens::expect_number() {
  std::uint64_t number = 0;
  const std::string_view raw = current_.raw;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  const bool whole = error == std::errc() && end == raw.data() + raw.size();
  if (current_.kind != Token::Kind::number || !whole) fail();
  take();
  return number;
}

void Tokens::expect_end() {
  while (accept_symbol(";")) {
  }
  if (!at_end()) fail();
}

void Tokens::fail() const {
  throw Error(Errc::invalid_argument, fmt::format("syntax error at position {} near '{}'",
                                                  current_.offset + 1, current_.raw.substr(0, 80)));
}

std::string_view Tokens::text_between(std::size_t begin, std::size_t end) const {
  std::string_view text = sql_.substr(begin, end - begin);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

void Tokens::skip_blanks() {
  while (position_ < sql_.size()) {
    const char c = sql_[position_];
    if (c != '-' && c != '#' && c != '/') {
      if (!is_space(c)) return;
      ++position_;
      continue;
    }
    const std::string_view rest = sql_.substr(position_);
    const bool dashes = rest.starts_with("--") && (rest.size() == 2 || is_space(rest[2]));
    if (dashes || c == '#') {
      position_ = std::min(sql_.find('\n', position_), sql_.size());
    } else if (rest.starts_with("/*")) {
      const std::size_t end = sql_.find("*/", position_ + 2);
      position_ = end == std::string_view::npos ? sql_.size() : end + 2;
    } else {
      return;
    }
  }
}

Token Tokens::finish(Token::Kind kind, std::size_t end) {
  Token token{kind, sql_.substr(position_, end - position_), position_};
  position_ = end;
  return token;
}

std::size_t Tokens::end_of_quoted(std::size_t start) const {
  const char quote = sql_[start];
  for (std::size_t i = start + 1; i < sql_.size(); ++i) {
    if (sql_[i] == '\\' && quote != '`') {
      ++i;
    } else if (sql_[i] == quote) {
      if (i + 1 >= sql_.size() || sql_[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  throw Error(Errc::invalid_argument, fmt::format("syntax error at position {} near '{}'",
                                                  start + 1, sql_.substr(start, 80)));
}

std::size_t Tokens::end_of_number(std::size_t start) const {
  std::size_t i = start;
  while (i < sql_.size() && is_digit(sql_[i])) ++i;
  if (i < sql_.size() && sql_[i] == '.') {
    ++i;
    while (i < sql_.size() && is_digit(sql_[i])) ++i;
  }
  if (i < sql_.size() && lower(sql_[i]) == 'e') {
    std::size_t j = i + 1;
    if (j < sql_.size() && (sql_[j] == '+' || sql_[j] == '-')) ++j;
    if (j < sql_.size() && is_digit(sql_[j])) {
      while (j < sql_.size() && is_digit(sql_[j])) ++j;
      i = j;
    }
  }
  return i;
}

Token Tokens::scan_word() {
  const char c = sql_[position_];
  std::size_t end = position_ + 1;
  const auto belongs = [&](char next) {
    return is_word_part(next) || (c == '@' && (next == '@' || next == '.'));
  };
  while (end < sql_.size() && belongs(sql_[end])) ++end;
  const auto kind = c == '@'   ? Token::Kind::variable
                    : c == ':' ? Token::Kind::bind
                               : Token::Kind::word;
  return finish(kind, end);
}

Token Tokens::scan() {
  skip_blanks();
  if (position_ >= sql_.size()) return finish(Token::Kind::end, sql_.size());
  const char c = sql_[position_];
  const char next = position_ + 1 < sql_.size() ? sql_[position_ + 1] : '\0';
  std::size_t end = position_ + 1;
  if (c == '\'' || c == '"') return finish(Token::Kind::string, end_of_quoted(position_));
  if (c == '`') return finish(Token::Kind::quoted_word, end_of_quoted(position_));
  if (lower(c) == 'x' && next == '\'') {
    const Token token = finish(Token::Kind::hex, end_of_quoted(position_ + 1));
    const std::string_view digits = token.raw.substr(2, token.raw.size() - 3);
    if (std::all_of(digits.begin(), digits.end(), is_hex_digit)) return token;
    position_ = token.offset;
  }
  if (lower(c) == 'b' && next == '\'') {
    const Token token = finish(Token::Kind::hex, end_of_quoted(position_ + 1));
    const std::string_view digits = token.raw.substr(2, token.raw.size() - 3);
    if (std::all_of(digits.begin(), digits.end(), is_bit)) return token;
    position_ = token.offset;
  }
  if (c == '0' && next == 'b') {
    end = position_ + 2;
    while (end < sql_.size() && is_bit(sql_[end])) ++end;
    return finish(Token::Kind::hex, end);
  }
  if (c == '0' && next == 'x') {
    end = position_ + 2;
    while (end < sql_.size() && is_hex_digit(sql_[end])) ++end;
    return finish(Token::Kind::hex, end);
  }
  if (is_digit(c) || (c == '.' && is_digit(next))) {
    return finish(Token::Kind::number, end_of_number(position_));
  }
  if (is_word_start(c) || c == '@' || (c == ':' && is_word_start(next))) return scan_word();
  if (next != '=' && next != '>' && next != '|' && next != '&' && next != '<') {
    return finish(Token::Kind::symbol, end);  // no symbol of two or more characters goes on so
  }
  constexpr std::array<std::string_view, 9> long_symbols{
      "<=>", "<=", ">=", "<>", "!=", "||", "&&", ":=", "<<"};
  for (const std::string_view symbol : long_symbols) {
    if (sql_.substr(position_).starts_with(symbol)) {
      return finish(Token::Kind::symbol, position_ + symbol.size());
    }
  }
  return finish(Token::Kind::symbol, end);
}

}  // namespace shardlab::sql
