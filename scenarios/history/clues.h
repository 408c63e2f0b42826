#pragma once

#include <optional>
#include <vector>

#include "scenarios/history/history.h"

namespace shardlab::scenarios::history {

/// What speaks against a read.
struct Clue {
  enum class Kind {
    written_by_nobody,     ///< it shows `value`, which no operation wrote
    refused,               ///< it shows `value`, whose write `witness` was refused
    too_early,             ///< it shows `value`, whose write `witness` began after it had ended
    twice,                 ///< it shows `value` twice
    initial_missing,       ///< it lacks `value`, which was there before
    acknowledged_missing,  ///< it lacks `value`, whose write `witness` had ended when it began
    seen_missing,          ///< it lacks `value`, which the read `witness` before it had shown
    older_missing,         ///< it lacks `value`, written before the write `witness` that it shows
    contradicted,          ///< it lacks `value`, which the read `witness` shows, and the reverse
    older_behind,          ///< it has `value` behind that of the write `witness`, which came later
    in_another_order,  ///< it has `value` where the read `witness`, or what was there, has another
    overwritten,       ///< it shows `value`, which the write `witness` had replaced before
  };
  Kind kind = Kind::written_by_nobody;
  std::uint64_t value = 0;
  std::optional<std::size_t> witness;  ///< number of an operation
};

/// `"acknowledged missing"`.
std::string_view to_string(Clue::Kind kind);

/// Looks for what speaks against this read, when its beginning of the history is violated and that
/// of every read that ended before it is not: up to five clues of one kind, the plainest first. Of
/// a set or list there always are some.
std::vector<Clue> find_clues(const History& history, std::size_t read);

}  // namespace shardlab::scenarios::history
