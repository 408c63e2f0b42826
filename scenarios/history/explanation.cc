#include "scenarios/history/explanation.h"

#include <algorithm>

namespace shardlab::scenarios::history {
namespace {

/// Numbers of the reads that got a result, in the order in which they ended.
std::vector<std::size_t> reads_by_return(const History& history) {
  std::vector<std::size_t> reads;
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    if (!operation.is_write() && operation.counts()) reads.push_back(i);
  }
  std::stable_sort(reads.begin(), reads.end(), [&](std::size_t a, std::size_t b) {
    return history.operations[a].returned < history.operations[b].returned;
  });
  return reads;
}

}  // namespace

History beginning_of(const History& history, std::size_t read) {
  const std::int64_t moment = history.operations[read].returned;
  History beginning(history.object);
  beginning.initial = history.initial;
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    if (operation.invoked > moment) continue;
    Operation& known = beginning.operations.emplace_back(operation);
    const bool ended_later =
        operation.returned > moment || (operation.returned == moment && i > read);
    if (operation.outcome == Outcome::ok && ended_later) known.outcome = Outcome::unknown;
  }
  return beginning;
}

Explanation explain(const History& history, std::uint64_t budget) {
  const std::vector<std::size_t> reads = reads_by_return(history);
  Explanation explanation;
  if (reads.empty()) return explanation;
  // A beginning of what has an order has one, too. The last read's is violated: after it only
  // writes end, and these can always come last.
  std::size_t first_violated = reads.size() - 1;
  for (std::size_t begin = 0; begin < first_violated;) {
    const std::size_t middle = begin + (first_violated - begin) / 2;
    if (judge(beginning_of(history, reads[middle]), budget).verdict == Verdict::violated) {
      first_violated = middle;
    } else {
      begin = middle + 1;
    }
  }
  explanation.operation = reads[first_violated];
  explanation.prefix = beginning_of(history, explanation.operation).operations.size();
  explanation.clues = find_clues(history, explanation.operation);
  return explanation;
}

}  // namespace shardlab::scenarios::history
