#pragma once

#include "scenarios/history/model.h"

namespace shardlab::scenarios::history {

/// A list that values are appended to. The longest result tells the order of all values that were
/// ever seen; a result that is not a beginning of it belongs to no list. So the next write is the
/// one whose value stands at the next place, once all reads of the present length are done, and
/// nothing has to be searched for.
class AppendList final : public Model {
 public:
  explicit AppendList(const History& history);
  Fit fit(std::size_t operation) const override;
  void apply(std::size_t operation) override;
  void undo(std::size_t operation) override;
  void add_state_to(std::vector<std::uint64_t>& key) const override;

 private:
  bool is_beginning(const std::vector<std::uint64_t>& values) const;

  const History& history_;
  std::vector<std::uint64_t> order_;     ///< of all values that were seen
  std::vector<bool> is_readable_;        ///< by operation
  std::vector<std::size_t> reads_left_;  ///< by length of the result
  std::size_t all_reads_left_ = 0;
  std::size_t length_ = 0;
};

}  // namespace shardlab::scenarios::history
