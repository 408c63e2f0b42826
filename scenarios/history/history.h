#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace shardlab::scenarios::history {

/// What the operations of a history are done to.
/// | object | a write | a read shows |
/// |---|---|---|
/// | `single_value` | replaces the value | the value, or nothing before there is one |
/// | `append_list` | appends a value | all values in the order in which they were appended |
/// | `growing_set` | adds a value | all values, in any order |
///
/// No two writes of a list or set have the same value, nor one that was there before.
enum class Object { single_value, append_list, growing_set };

enum class Kind { write, read };

/// What the client knows in the end.
enum class Outcome {
  ok,       ///< it took effect between its invocation and its return
  unknown,  ///< it took effect at any time after its invocation, or never will
  refused,  ///< it never has an effect
};

std::string_view to_string(Object object);

struct Operation {
  Operation() = default;
  Kind kind = Kind::read;
  Outcome outcome = Outcome::ok;
  std::int64_t invoked = 0;           ///< in any unit
  std::int64_t returned = 0;          ///< of one that is ok: not before `invoked`
  std::uint64_t value = 0;            ///< of a write
  std::vector<std::uint64_t> values;  ///< what a read showed

  bool is_write() const { return kind == Kind::write; }
  /// Does it matter for what others saw: refused operations and reads without a result do not.
  bool counts() const {
    return outcome == Outcome::ok || (is_write() && outcome != Outcome::refused);
  }
  /// After this moment it can have no effect any more.
  std::int64_t last_moment() const {
    return outcome == Outcome::ok ? returned : std::numeric_limits<std::int64_t>::max();
  }
  /// Had this one ended when `other` began.
  bool precedes(const Operation& other) const { return last_moment() < other.invoked; }
};

/// What clients did to one object, in any order.
struct History {
  History() = default;
  explicit History(Object object) : object(object) {}
  Object object = Object::growing_set;
  std::vector<std::uint64_t> initial;  ///< what it held before; of a single value at most one
  std::vector<Operation> operations;
};

}  // namespace shardlab::scenarios::history
