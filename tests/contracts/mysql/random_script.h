#pragma once

#include <cstdint>
#include <vector>

#include "tests/contracts/mysql/script.h"

namespace shardlab::contracts {

/// Small numbers that a statement is made of; every combination makes one, so that shrinking them
/// leaves scripts that make sense.
struct Choice {
  std::uint32_t kind = 0;
  std::uint32_t session = 0;
  std::uint32_t where = 0;
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  std::uint32_t third = 0;
};

/// Statements of all kinds and transactions on a table of every sort. Sessions take turns: while
/// one has changed or locked rows in an open transaction, the others only read.
Script script_of_statements(std::uint32_t table, const std::vector<Choice>& choices);

/// Transactions of three sessions that change and lock single rows by their key, and so wait for
/// each other and deadlock.
Script script_of_waits(const std::vector<Choice>& choices);

}  // namespace shardlab::contracts
