#pragma once

#include <optional>

#include "scenarios/history/model.h"

namespace shardlab::scenarios::history {

/// A set that values are added to. A value may be added as soon as every read still to come shows
/// it; adding it then takes nothing from them, and before then it would make one of them wrong. So
/// nothing has to be searched for.
class GrowingSet final : public Model {
 public:
  explicit GrowingSet(const History& history);
  Fit fit(std::size_t operation) const override;
  void apply(std::size_t operation) override;
  void undo(std::size_t operation) override;
  void add_state_to(std::vector<std::uint64_t>& key) const override;

 private:
  void number_values();
  /// None of a value that does not occur.
  std::optional<std::size_t> number_of(std::uint64_t value);

  const History& history_;
  std::vector<std::uint64_t> values_;            ///< all that occur, sorted: their numbers
  std::size_t next_ = 0;                         ///< the number that is looked for next, perhaps
  std::vector<std::vector<std::size_t>> shown_;  ///< by operation, the numbers of its values
  std::vector<std::size_t> reads_left_showing_;  ///< by number
  std::size_t reads_left_ = 0;
  std::vector<bool> is_present_;  ///< by number
  std::size_t size_ = 0;
};

}  // namespace shardlab::scenarios::history
