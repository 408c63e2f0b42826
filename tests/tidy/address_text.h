#pragma once

#include "tests/tidy/rules.h"

namespace shardlab::tidy {

/// `%p`, `{:p}`, `fmt::ptr`, and casts to `void*` among what is printed.
void find_printed_addresses(const Source& source, Findings& findings);

}  // namespace shardlab::tidy
