#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "scenarios/history/history.h"

namespace shardlab::scenarios::history {

/// What may be done with an operation in an order that has been begun.
enum class Fit {
  no,      ///< it cannot come next: its result is another, or a result still to come speaks against
  maybe,   ///< it can come next, and another could as well
  surely,  ///< it can come next, and if the order can be completed at all, then also after this
};

/// An object that operations are done to one after the other, which also knows the results that are
/// still to be explained. It belongs to one history, whose operations it is given by their number.
class Model {
 public:
  virtual ~Model() = default;

  /// Of an operation that is not done.
  virtual Fit fit(std::size_t operation) const = 0;
  /// Does an operation that fits.
  virtual void apply(std::size_t operation) = 0;
  /// Takes back the last one that was done and has not been taken back.
  virtual void undo(std::size_t operation) = 0;
  /// Appends what tells two states apart to which the same operations have led in another order.
  virtual void add_state_to(std::vector<std::uint64_t>& key) const = 0;
};

/// The history must outlive the model.
std::unique_ptr<Model> make_model(const History& history);

}  // namespace shardlab::scenarios::history
