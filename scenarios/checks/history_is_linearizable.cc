#include "scenarios/checks/history_is_linearizable.h"

#include <algorithm>
#include <fmt/format.h>

#include "scenarios/checks/page_history.h"
#include "scenarios/history/explanation.h"
#include "scenarios/report/format.h"

namespace shardlab::scenarios {
namespace {

using fakes::guestbook::Message;
using history::Clue;
using GuestbookOperation = fakes::guestbook::Operation;
using GuestbookOutcome = fakes::guestbook::Outcome;

/// Twice the time, and one more where something begins: what ends in one nanosecond is over before
/// what begins in it, and yet nothing ends before it has begun.
void set_times(history::Operation& operation, const GuestbookOperation& from) {
  operation.invoked = 2 * to_ns(from.invoked_at) + 1;
  operation.returned = std::max(2 * to_ns(from.ended_at), operation.invoked + 1);
}

history::Outcome outcome_of(const GuestbookOperation& write) {
  switch (write.outcome) {
    case GuestbookOutcome::acknowledged: return history::Outcome::ok;
    case GuestbookOutcome::refused: return history::Outcome::refused;
    default: return history::Outcome::unknown;
  }
}

/// What happened to a page on the primary. Values are the places of messages in the page's history;
/// rows that nobody wrote have the numbers after these.
class PrimaryHistory {
 public:
  explicit PrimaryHistory(const PageHistory& page) : page_(page) {
    history_.object = history::Object::growing_set;
    for (std::size_t i = 0; i < page.messages.size(); ++i) add_message(i);
    for (const GuestbookOperation* read : page.reads) {
      if (is_primary_read(*read)) add_read(*read);
    }
  }

  const history::History& history() const { return history_; }
  const GuestbookOperation& operation(std::size_t number) const { return *operations_[number]; }

  std::string sentence(const Clue& clue) const {
    const std::string message = message_of(clue.value);
    const auto witness = clue.witness ? operations_[*clue.witness]->id : 0;
    switch (clue.kind) {
      case Clue::Kind::written_by_nobody: return "it shows " + message + ", which nobody wrote";
      case Clue::Kind::refused: return "it shows " + message;
      case Clue::Kind::too_early: return "it shows " + message + ", which was written later";
      case Clue::Kind::twice: return "it shows twice " + message;
      case Clue::Kind::initial_missing: return "it misses " + message;
      case Clue::Kind::acknowledged_missing:
        return "it misses " + message + ", which was written before";
      case Clue::Kind::seen_missing:
        return fmt::format("it misses {}, which operation {} had seen before", message, witness);
      case Clue::Kind::older_missing:
        return fmt::format("it misses {}, but shows operation {}, which came after", message,
                           witness);
      case Clue::Kind::contradicted:
        return fmt::format("it misses {}, which operation {} saw, but shows what that missed",
                           message, witness);
      default: return message;  // a set has no order
    }
  }

 private:
  void add_message(std::size_t place) {
    const KnownMessage& message = page_.messages[place];
    if (!message.write) {
      history_.initial.push_back(place);
      return;
    }
    history::Operation operation;
    operation.kind = history::Kind::write;
    operation.outcome = outcome_of(*message.write);
    operation.value = place;
    set_times(operation, *message.write);
    add(std::move(operation), *message.write);
  }

  void add_read(const GuestbookOperation& read) {
    history::Operation operation;
    set_times(operation, read);
    for (const Message& row : read.rows) operation.values.push_back(value_of(row));
    add(std::move(operation), read);
  }

  void add(history::Operation operation, const GuestbookOperation& from) {
    history_.operations.push_back(std::move(operation));
    operations_.push_back(&from);
  }

  std::uint64_t value_of(const Message& row) {
    if (const auto place = page_.find(row)) return *place;
    strange_.push_back(&row);
    return page_.messages.size() + strange_.size() - 1;
  }

  std::string message_of(std::uint64_t value) const {
    const std::size_t known = page_.messages.size();
    if (value < known) return describe(page_.page, page_.messages[value]);
    const Message& row = *strange_[value - known];
    return describe(MessageRow(page_.page, row.time_created_ns, row.text));
  }

  const PageHistory& page_;
  history::History history_;
  std::vector<const GuestbookOperation*> operations_;
  std::vector<const Message*> strange_;
};

}  // namespace

void HistoryIsLinearizable::at_end() {
  for (const PageHistory& page : page_histories(world())) {
    const PrimaryHistory primary(page);
    const history::History& history = primary.history();
    const history::Judgement judgement = history::judge(history, budget_);
    if (judgement.verdict == history::Verdict::unknown) {
      leave_open(fmt::format("page {} with {} operations was given up after {} steps", page.page,
                             history.operations.size(), format_count(judgement.steps)));
    }
    if (judgement.verdict != history::Verdict::violated) continue;
    const history::Explanation explanation = history::explain(history, budget_);
    const GuestbookOperation& read = primary.operation(explanation.operation);
    std::vector<std::string> details;
    for (const Clue& clue : explanation.clues) details.push_back(primary.sentence(clue));
    violate(fmt::format("page {} is not linearizable: operation {}, a read of the primary for {}, "
                        "fits into no order of the {} operations so far",
                        page.page, read.id, format_span(read.ended_at - read.invoked_at),
                        explanation.prefix),
            std::move(details));
  }
}

}  // namespace shardlab::scenarios
