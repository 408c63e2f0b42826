#pragma once

#include <string>
#include <vector>

#include "tests/contracts/mysql/script.h"
#include "tests/contracts/mysql/server.h"

namespace shardlab::contracts {

/// Plays a script from an empty database and gives, for each of its steps, the lines that the
/// server answered: `ok 2`, `ok 1 id 7`, `error 1062`, `waits`, a header and rows, `b: ok 1` for a
/// session that had waited until then. A statement of a session that waits is left out.
std::vector<std::vector<std::string>> play(const Script& script, Server& server);

/// `(1, 'it\x00', NULL)`.
std::string row_text(const Row& row);

}  // namespace shardlab::contracts
