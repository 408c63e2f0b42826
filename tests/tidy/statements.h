#pragma once

#include <string>
#include <vector>

#include "tests/tidy/source.h"

namespace shardlab::tidy {

/// The statement or condition a `co_await` stands in. All positions are token indices.
struct Statement {
  int begin;          ///< first token, after `else`, labels and closed heads such as `if (ready)`
  int await;          ///< the `co_await`
  int end;            ///< behind the last token: its `;`, or the `)` that closes the condition
  bool stands_first;  ///< nothing is computed left of the `co_await`
  std::string reason;
};

Statement statement_around(const std::vector<Token>& tokens, int await);

/// Whether the `[` at `open` begins a lambda and not a subscript or a structured binding.
bool is_lambda(const std::vector<Token>& tokens, int open);
/// Index of the `}` that closes the body of the lambda whose `[` is at `open`.
int end_of_lambda(const std::vector<Token>& tokens, int open);
/// `[=]`, `[name]`, `[x = f()]`, `[*this]`; not `[&]`, `[&name]`, `[this]`.
bool captures_by_value(const std::vector<Token>& tokens, int open);

}  // namespace shardlab::tidy
