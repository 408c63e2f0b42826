#include "scenarios/history/clues.h"

#include <algorithm>
#include <iterator>

namespace shardlab::scenarios::history {
namespace {

constexpr std::size_t most_clues = 5;

using Values = std::vector<std::uint64_t>;

Values sorted(Values values) {
  std::sort(values.begin(), values.end());
  return values;
}

bool contains(const Values& sorted_values, std::uint64_t value) {
  return std::binary_search(sorted_values.begin(), sorted_values.end(), value);
}

/// All that is asked of one read.
class Clues {
 public:
  Clues(const History& history, std::size_t read)
      : history_(history),
        number_(read),
        read_(history.operations[read]),
        shown_(sorted(read_.values)) {}

  std::vector<Clue> find() {
    shows_what_never_was();
    if (history_.object == Object::single_value) {
      shows_what_was_overwritten();
    } else {
      lacks_what_was_there();
      disagrees_with_another_read();
    }
    if (history_.object == Object::append_list) has_another_order();
    return std::move(clues_);
  }

 private:
  const std::vector<Operation>& operations() const { return history_.operations; }

  /// Only clues of the kind of the first one are kept.
  void add(Clue::Kind kind, std::uint64_t value, std::optional<std::size_t> witness = {}) {
    if (!clues_.empty() && clues_.front().kind != kind) return;
    if (clues_.size() < most_clues) clues_.push_back({kind, value, witness});
  }

  bool is_initial(std::uint64_t value) const {
    const Values& initial = history_.initial;
    return std::find(initial.begin(), initial.end(), value) != initial.end();
  }

  /// Numbers of the writes of a value.
  std::vector<std::size_t> writes_of(std::uint64_t value) const {
    std::vector<std::size_t> writes;
    for (std::size_t i = 0; i < operations().size(); ++i) {
      if (operations()[i].is_write() && operations()[i].value == value) writes.push_back(i);
    }
    return writes;
  }

  /// Numbers of the other reads that had ended when this one did.
  std::vector<std::size_t> earlier_reads() const {
    std::vector<std::size_t> reads;
    for (std::size_t i = 0; i < operations().size(); ++i) {
      const Operation& other = operations()[i];
      if (other.is_write() || !other.counts() || i == number_) continue;
      if (other.returned <= read_.returned) reads.push_back(i);
    }
    return reads;
  }

  void shows_what_never_was() {
    for (const std::uint64_t value : shown_) {
      if (is_initial(value)) continue;
      const std::vector<std::size_t> writes = writes_of(value);
      const auto can_explain = [&](std::size_t write) {
        return operations()[write].counts() && operations()[write].invoked <= read_.returned;
      };
      if (std::any_of(writes.begin(), writes.end(), can_explain)) continue;
      if (writes.empty()) {
        add(Clue::Kind::written_by_nobody, value);
      } else {
        const bool is_refused = !operations()[writes.front()].counts();
        add(is_refused ? Clue::Kind::refused : Clue::Kind::too_early, value, writes.front());
      }
    }
    const auto again = std::adjacent_find(shown_.begin(), shown_.end());
    if (again != shown_.end()) add(Clue::Kind::twice, *again);
  }

  void lacks_what_was_there() {
    for (const std::uint64_t value : history_.initial) {
      if (!contains(shown_, value)) add(Clue::Kind::initial_missing, value);
    }
    std::vector<std::size_t> missing;
    std::optional<std::size_t> newest;  // of the writes that it shows
    for (std::size_t i = 0; i < operations().size(); ++i) {
      const Operation& write = operations()[i];
      if (!write.is_write() || !write.counts()) continue;
      if (!contains(shown_, write.value)) {
        missing.push_back(i);
      } else if (!newest || operations()[*newest].invoked < write.invoked) {
        newest = i;
      }
    }
    for (const std::size_t i : missing) {
      if (!operations()[i].precedes(read_)) continue;
      add(Clue::Kind::acknowledged_missing, operations()[i].value, i);
    }
    for (const std::size_t i : earlier_reads()) {
      if (!operations()[i].precedes(read_)) continue;
      for (const std::uint64_t value : operations()[i].values) {
        if (!contains(shown_, value) && !has(value)) add(Clue::Kind::seen_missing, value, i);
      }
    }
    for (const std::size_t i : missing) {
      if (!newest || !operations()[i].precedes(operations()[*newest])) continue;
      add(Clue::Kind::older_missing, operations()[i].value, newest);
    }
  }

  bool has(std::uint64_t value) const {
    return std::any_of(clues_.begin(), clues_.end(),
                       [&](const Clue& clue) { return clue.value == value; });
  }

  void disagrees_with_another_read() {
    for (const std::size_t i : earlier_reads()) {
      const Values others = sorted(operations()[i].values);
      Values lacking;
      std::set_difference(others.begin(), others.end(), shown_.begin(), shown_.end(),
                          std::back_inserter(lacking));
      const bool lacks_something =
          !std::includes(others.begin(), others.end(), shown_.begin(), shown_.end());
      if (lacks_something && !lacking.empty()) {
        add(Clue::Kind::contradicted, lacking.front(), i);
      }
    }
  }

  void has_another_order() {
    differs_from(history_.initial, std::nullopt);
    for (const std::size_t i : earlier_reads()) differs_from(operations()[i].values, i);
    std::vector<std::size_t> in_order;  // the writes that it shows
    for (const std::uint64_t value : read_.values) {
      const std::vector<std::size_t> writes = writes_of(value);
      if (writes.size() == 1) in_order.push_back(writes.front());
    }
    std::optional<std::size_t> newest;
    for (const std::size_t i : in_order) {
      if (newest && operations()[i].precedes(operations()[*newest])) {
        add(Clue::Kind::older_behind, operations()[i].value, newest);
      }
      if (!newest || operations()[*newest].invoked < operations()[i].invoked) newest = i;
    }
  }

  void differs_from(const Values& others, std::optional<std::size_t> witness) {
    const std::size_t common = std::min(others.size(), read_.values.size());
    for (std::size_t place = 0; place < common; ++place) {
      if (others[place] == read_.values[place]) continue;
      add(Clue::Kind::in_another_order, read_.values[place], witness);
      return;
    }
  }

  void shows_what_was_overwritten() {
    if (read_.values.size() != 1) return;
    const std::uint64_t value = read_.values.front();
    const std::vector<std::size_t> writes = writes_of(value);
    for (std::size_t i = 0; i < operations().size(); ++i) {
      const Operation& other = operations()[i];
      if (!other.is_write() || !other.precedes(read_) || other.value == value) continue;
      if (std::all_of(writes.begin(), writes.end(), [&](std::size_t write) {
            return operations()[write].precedes(other) || !operations()[write].counts();
          })) {
        add(Clue::Kind::overwritten, value, i);
      }
    }
  }

  const History& history_;
  std::size_t number_;
  const Operation& read_;
  Values shown_;  ///< sorted
  std::vector<Clue> clues_;
};

}  // namespace

std::string_view to_string(Clue::Kind kind) {
  switch (kind) {
    case Clue::Kind::written_by_nobody: return "written by nobody";
    case Clue::Kind::refused: return "refused";
    case Clue::Kind::too_early: return "too early";
    case Clue::Kind::twice: return "twice";
    case Clue::Kind::initial_missing: return "initial missing";
    case Clue::Kind::acknowledged_missing: return "acknowledged missing";
    case Clue::Kind::seen_missing: return "seen missing";
    case Clue::Kind::older_missing: return "older missing";
    case Clue::Kind::contradicted: return "contradicted";
    case Clue::Kind::older_behind: return "older behind";
    case Clue::Kind::in_another_order: return "in another order";
    case Clue::Kind::overwritten: return "overwritten";
  }
  return "?";
}

std::vector<Clue> find_clues(const History& history, std::size_t read) {
  return Clues(history, read).find();
}

}  // namespace shardlab::scenarios::history
