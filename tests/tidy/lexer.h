#pragma once

#include "tests/tidy/source.h"

namespace shardlab::tidy {

/// Fills tokens, includes and allowances of a source from its content.
void cut_into_tokens(Source& source);

}  // namespace shardlab::tidy
