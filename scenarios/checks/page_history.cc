#include "scenarios/checks/page_history.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace shardlab::scenarios {
namespace {

using fakes::guestbook::Message;
using fakes::guestbook::Operation;
using fakes::guestbook::OperationKind;
using fakes::guestbook::Outcome;

}  // namespace

std::optional<std::size_t> PageHistory::find(const Message& row) const {
  auto found = std::lower_bound(
      messages.begin(), messages.end(), row.time_created_ns,
      [](const KnownMessage& known, std::uint64_t time) { return known.time_created_ns < time; });
  for (; found != messages.end() && found->time_created_ns == row.time_created_ns; ++found) {
    if (*found->text == row.text) return static_cast<std::size_t>(found - messages.begin());
  }
  return std::nullopt;
}

std::vector<PageHistory> page_histories(const Observation& world) {
  std::map<std::uint64_t, PageHistory> pages;
  const auto add = [&](std::uint64_t page, std::uint64_t time, const std::string& text,
                       const Operation* write) {
    KnownMessage& message = pages[page].messages.emplace_back();
    message.time_created_ns = time;
    message.text = &text;
    message.write = write;
  };
  for (const MessageRow& row : world.initial_rows()) {
    add(row.page, row.time_created_ns, row.text, nullptr);
  }
  for (const Operation& operation : world.ledger().operations()) {
    if (operation.kind != OperationKind::read) {
      add(operation.page, operation.message.time_created_ns, operation.message.text, &operation);
    } else if (operation.outcome == Outcome::ok) {
      pages[operation.page].reads.push_back(&operation);
    }
  }
  std::vector<PageHistory> histories;
  for (auto& [page, history] : pages) {
    history.page = page;
    std::stable_sort(history.messages.begin(), history.messages.end(),
                     [](const KnownMessage& a, const KnownMessage& b) {
                       return a.time_created_ns < b.time_created_ns;
                     });
    histories.push_back(std::move(history));
  }
  return histories;
}

bool is_primary_read(const Operation& read) { return read.tablet_type == "master"; }

std::string describe(std::uint64_t page, const KnownMessage& message) {
  const std::string row = describe(MessageRow(page, message.time_created_ns, *message.text));
  if (!message.write) return row + " (there from the start)";
  return fmt::format("{} (operation {}, {})", row, message.write->id,
                     to_string(message.write->outcome));
}

}  // namespace shardlab::scenarios
