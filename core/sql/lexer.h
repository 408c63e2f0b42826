#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shardlab::sql {

/// One word of a statement; `raw` points into the statement's text.
struct Token {
  enum class Kind {
    end,
    word,         ///< `select`, `page`
    quoted_word,  ///< `` `page` ``
    number,       ///< `5`, `1.5`, `1e3`
    string,       ///< `'it\'s'`, `"x"`
    hex,          ///< `0x1F`, `x'1f'`, `0b11`, `b'11'`
    bind,         ///< `:page`
    variable,     ///< `@@global.read_only`, `@x`
    symbol,       ///< `(`, `<=`, `,`
  };
  Kind kind = Kind::end;
  std::string_view raw;
  std::size_t offset = 0;  ///< of the first byte, from 0
};

/// The words of one statement, one at a time, with one word of look-ahead. Comments are skipped.
/// The text must outlive the stream.
class Tokens {
 public:
  explicit Tokens(std::string_view sql);

  const Token& peek() const { return current_; }
  const Token& peek_second() const { return second_; }
  Token take();

  bool at_end() const { return current_.kind == Token::Kind::end; }
  /// True when the next word is that keyword, whatever its case; `keyword` is lower case.
  bool at_word(std::string_view keyword) const;
  bool at_symbol(std::string_view symbol) const;
  /// Takes the next word if it is that keyword or symbol.
  bool accept_word(std::string_view keyword);
  bool accept_symbol(std::string_view symbol);
  void expect_word(std::string_view keyword);
  void expect_symbol(std::string_view symbol);
  /// A plain or backquoted name.
  std::string expect_name();
  /// A text literal, decoded.
  std::string expect_string();
  /// An unsigned whole number.
  std::uint64_t expect_number();
  /// Nothing but an optional `;` may follow.
  void expect_end();

  /// Throws Error: invalid_argument `syntax error at position 8 near 'from'`.
  [[noreturn]] void fail() const;

  /// The text between two offsets, without surrounding blanks.
  std::string_view text_between(std::size_t begin, std::size_t end) const;

 private:
  void advance();
  Token scan();
  Token scan_word();
  void skip_blanks();
  Token finish(Token::Kind kind, std::size_t end);
  std::size_t end_of_quoted(std::size_t start) const;
  std::size_t end_of_number(std::size_t start) const;

  std::string_view sql_;
  std::size_t position_ = 0;
  Token current_;
  Token second_;
};

/// The bytes of a quoted literal or name: `'it\'s'` gives `it's`, `` `a``b` `` gives `` a`b ``.
std::string decode_quoted(std::string_view raw);

/// The bytes of `0x6869` or `x'6869'`: `hi`; of bits too.
std::string decode_hex(std::string_view raw);

/// Equality of a word with a lower-case keyword, whatever the word's case.
bool is_keyword(std::string_view word, std::string_view lower_case);

/// True for a word that cannot name a column without backquotes: `order`, `From`.
bool is_reserved_word(std::string_view word);

/// ASCII lower case, independent of any locale.
std::string to_lower(std::string_view text);

}  // namespace shardlab::sql
