#pragma once

#include <string>

#include "tests/tidy/tokens.h"

namespace shardlab::tidy {

/// The statement or condition a `co_await` stands in. All positions are token indices.
struct Statement {
  int begin;          ///< first token, after `else`, labels and closed heads such as `if (ready)`
  int await;          ///< the `co_await`
  int end;            ///< behind the last token: its `;`, or the `)` that closes the condition
  bool stands_first;  ///< nothing is computed left of the `co_await`
  std::string reason;
};

Statement statement_around(const Tokens& tokens, int await);

}  // namespace shardlab::tidy
