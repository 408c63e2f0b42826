#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shardlab::scenarios {

enum class TokenKind { name, number, text, symbol, end };

/// A word of the expression language; `offset` and `length` are bytes.
struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;  ///< name, symbol, or a text without its quotes
  std::int64_t number = 0;
  std::size_t offset = 0;
  std::size_t length = 1;
};

/// Splits an expression; the last token is `end`. Times become numbers of nanoseconds: `5s` is
/// 5000000000. Throws TextError: unclosed text, malformed number, a character that means nothing.
std::vector<Token> tokenize(std::string_view text);

}  // namespace shardlab::scenarios
