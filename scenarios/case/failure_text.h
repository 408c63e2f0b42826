#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/case/case.h"

namespace shardlab::scenarios {

/// How a case came to its size.
struct Shrinking {
  std::uint64_t tries = 0;
  Duration real{0};
  bool is_minimal = false;  ///< every part that is left has been left out once
};

/// What happened in a run of a case, at most fifteen lines: its faults, the visits that it lists,
/// the commands around them, what was found in the end.
///
///       0:41.180  MigrateServedTypes test_keyspace/0 master
///       0:41.203  guestbook INSERT page 5 "hello-0412"  acknowledged   <- needed
///       0:41.204  FAULT crash master(test_keyspace/0) on migrate.frozen: test-0000000100   <-
///       needed 0:41.872  acknowledged-writes-survive: 1 acknowledged write is in neither -80 nor
///       80-
std::vector<std::string> story_of(const Case& what, const RunReport& report, bool is_minimal);

/// The failure as a person reads it: what, how much of it there was and is, the story, what turned
/// out not to be needed; the line that plays it again comes last. `raw_file` (as it was found) and
/// `shrinking` may be missing; `file` is empty for what `shardlab replay` could not judge.
std::string format_failure(const Case& what, const RunReport& report, const std::string& file,
                           const std::string& raw_file, const std::optional<Shrinking>& shrinking);

}  // namespace shardlab::scenarios
