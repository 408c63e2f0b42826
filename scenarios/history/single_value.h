#pragma once

#include <map>
#include <optional>

#include "scenarios/history/model.h"

namespace shardlab::scenarios::history {

/// A value that is replaced. While a read of the present value is to come and nobody will write it
/// again, it may not be replaced; a value that nobody will see replaces one that nobody will see
/// without any loss. Only the order of the other writes has to be searched for.
class SingleValue final : public Model {
 public:
  explicit SingleValue(const History& history);
  Fit fit(std::size_t operation) const override;
  void apply(std::size_t operation) override;
  void undo(std::size_t operation) override;
  void add_state_to(std::vector<std::uint64_t>& key) const override;

 private:
  using Value = std::optional<std::uint64_t>;
  struct Left {
    std::size_t reads = 0;
    std::size_t writes = 0;
  };
  static bool is_readable(const Operation& read) { return read.values.size() <= 1; }
  static Value shown_by(const Operation& read);
  /// Reads and writes that are to come, of a value.
  Left left(const Value& value) const;
  Left& left_of(const Operation& operation);

  const History& history_;
  std::map<Value, Left> left_;
  std::vector<Value> values_;  ///< the present one and those it replaced
};

}  // namespace shardlab::scenarios::history
