#include "scenarios/history/linearizability.h"

#include <algorithm>
#include <optional>
#include <set>

#include "scenarios/history/event_list.h"
#include "scenarios/history/model.h"

namespace shardlab::scenarios::history {
namespace {

using Key = std::vector<std::uint64_t>;

/// Some hundred megabytes.
constexpr std::size_t most_states = 1'000'000;

/// Which operations are done.
class DoneSet {
 public:
  explicit DoneSet(const History& history)
      : bits_(history.operations.size()), words_(history.operations.size() / word_bits + 1) {
    std::vector<std::size_t> order(bits_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    // Those that stay undone go to the end, so that the words of old operations fill up.
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const Operation& one = history.operations[a];
      const Operation& other = history.operations[b];
      const bool one_stays = one.outcome != Outcome::ok;
      const bool other_stays = other.outcome != Outcome::ok;
      return one_stays != other_stays ? other_stays : one.invoked < other.invoked;
    });
    for (std::size_t i = 0; i < order.size(); ++i) bits_[order[i]] = i;
  }

  void flip(std::size_t operation) {
    const std::size_t bit = bits_[operation];
    words_[bit / word_bits] ^= std::uint64_t{1} << (bit % word_bits);
  }
  /// How many words are full, and those after them that are not empty: short for a long history.
  void add_to(Key& key) const {
    std::size_t word = 0;
    while (word < words_.size() && words_[word] == ~std::uint64_t{0}) ++word;
    key.push_back(word);
    for (; word < words_.size(); ++word) {
      if (words_[word] == 0) continue;
      key.push_back(word);
      key.push_back(words_[word]);
    }
  }

 private:
  static constexpr std::size_t word_bits = 64;
  std::vector<std::size_t> bits_;  ///< by operation
  std::vector<std::uint64_t> words_;
};

/// Goes through the orders, each one operation after the other, and never twice on from where the
/// same operations have led to the same state.
class Search {
 public:
  Search(const History& history, std::uint64_t budget)
      : model_(make_model(history)), events_(history), done_(history), budget_(budget) {}

  Judgement run() {
    while (events_.returns_left() > 0) {
      if (is_exhausted()) return end(Verdict::unknown);
      if (take_a_sure_one()) continue;
      std::optional<Place> from = events_.first();
      while (!take_a_possible_one(*from)) {
        if (is_exhausted()) return end(Verdict::unknown);
        from = go_back();
        if (!from) return end(Verdict::violated);
      }
    }
    return end(Verdict::linearizable);
  }

 private:
  using Place = EventList::Place;
  struct Taken {
    std::size_t operation;
    bool surely;
  };

  Judgement end(Verdict verdict) {
    judgement_.verdict = verdict;
    return judgement_;
  }

  bool is_exhausted() const { return judgement_.steps > budget_ || seen_.size() > most_states; }

  Fit fit(std::size_t operation) {
    ++judgement_.steps;
    return model_->fit(operation);
  }

  bool take_a_sure_one() {
    for (Place at = events_.first(); events_.is_call(at); at = events_.after(at)) {
      const std::size_t operation = events_.operation(at);
      if (fit(operation) != Fit::surely) continue;
      take(operation, true);
      return true;
    }
    return false;
  }

  /// At or behind `from`.
  bool take_a_possible_one(Place from) {
    for (Place at = from; events_.is_call(at); at = events_.after(at)) {
      const std::size_t operation = events_.operation(at);
      if (fit(operation) == Fit::no) continue;
      take(operation, false);
      if (is_new()) return true;
      take_back();
    }
    return false;
  }

  void take(std::size_t operation, bool surely) {
    model_->apply(operation);
    events_.lift(operation);
    done_.flip(operation);
    taken_.push_back({operation, surely});
  }

  void take_back() {
    const std::size_t operation = taken_.back().operation;
    taken_.pop_back();
    done_.flip(operation);
    events_.put_back(operation);
    model_->undo(operation);
  }

  /// Takes back the last one to which there may be another choice, with all after it; gives the
  /// place behind it. None when there was no choice.
  std::optional<Place> go_back() {
    while (!taken_.empty()) {
      const Taken last = taken_.back();
      take_back();
      if (!last.surely) return events_.after(events_.call_of(last.operation));
    }
    return std::nullopt;
  }

  bool is_new() {
    Key key;
    done_.add_to(key);
    model_->add_state_to(key);
    return seen_.insert(std::move(key)).second;
  }

  std::unique_ptr<Model> model_;
  EventList events_;
  DoneSet done_;
  std::uint64_t budget_;
  Judgement judgement_;
  std::vector<Taken> taken_;
  std::set<Key> seen_;
};

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::linearizable: return "linearizable";
    case Verdict::violated: return "violated";
    case Verdict::unknown: return "unknown";
  }
  return "?";
}

Judgement judge(const History& history, std::uint64_t budget) {
  return Search(history, budget).run();
}

}  // namespace shardlab::scenarios::history
