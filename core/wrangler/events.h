#pragma once

#include <array>

#include "core/base/event.h"

namespace shardlab::wrangler {

/// A migration has finished a step. Steps are named for triggers and for the reader of a trace:
/// `source-readonly`, `positions-read`, `targets-caught-up`, `frozen`, `targets-enabled`,
/// `streams-deleted`, `targets-serving`, `graph-migrated`, `source-not-serving`, `done`, `undone`.
struct MigrationStepDone {
  static constexpr std::string_view kind = "MigrationStepDone";
  std::string_view keyspace, type, step;
  auto fields() const {
    return std::array{EventField{"keyspace", keyspace}, EventField{"type", type},
                      EventField{"step", step}};
  }
};

}  // namespace shardlab::wrangler
