#include "tests/determinism/leaks.h"

static const shardlab::canary::InitialisedUnit two("two");
