#pragma once

#include <string>
#include <vector>

#include "tests/contracts/mysql/script.h"

namespace shardlab::contracts {

/// The files of `tests/contracts/mysql/cases`, sorted: `"integers"`, ...
std::vector<std::string> case_files();

std::vector<Script> read_case_file(const std::string& name);
void write_case_file(const std::string& name, const std::vector<Script>& scripts);

/// The steps of a case that were answered otherwise than expected, as text; nothing when none was.
std::string differences(const Script& script, const std::vector<std::vector<std::string>>& answers,
                        bool is_stand_in);

}  // namespace shardlab::contracts
