#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/value.h"

namespace shardlab::worker {

/// Appends `` `name` ``, with backquotes inside doubled.
void append_identifier(std::string& out, std::string_view name);

/// Appends ``` `a`,`b` ``` with the given separator.
void append_identifiers(std::string& out, const std::vector<std::string>& names,
                        std::string_view separator);

/// Appends a literal as the workers write it: NULL in lower case, `null`.
void append_literal(std::string& out, const Value& value);

}  // namespace shardlab::worker
