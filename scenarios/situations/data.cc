#include <algorithm>
#include <set>

#include "scenarios/checks/placement.h"
#include "scenarios/situations/catalogue.h"
#include "scenarios/situations/words.h"

namespace shardlab::scenarios::situations {
namespace {

using fakes::guestbook::Operation;

std::set<std::uint64_t> pages_of(const Observation& world) {
  std::set<std::uint64_t> pages;
  for (const MessageRow& row : world.initial_rows()) pages.insert(row.page);
  for (const Operation& operation : world.ledger().operations()) pages.insert(operation.page);
  return pages;
}

bool has_one_page(const Observation& world) {
  std::set<std::uint64_t> pages;
  for (const Operation& operation : world.ledger().operations()) {
    // The operator's own messages go to pages of their own.
    if (operation.message.text.starts_with("hello-")) pages.insert(operation.page);
  }
  return pages.size() == 1;
}

/// Some page's keyspace id begins with one of these bytes.
template <int lowest, int highest>
bool has_page_between(const Observation& world) {
  return std::ranges::any_of(pages_of(world), [](std::uint64_t page) {
    const int first = static_cast<unsigned char>(keyspace_id_of(page).front());
    return lowest <= first && first <= highest;
  });
}

}  // namespace

Theme data_theme() {
  return {
      "data",
      "shapes of the data",
      {
          {"empty-table-copied", "SplitClone finds an empty table",
           worker("SplitClone", copying) && of_story(&Story::has_no_messages), rare},
          {"single-page", "all visitors write on one page", in_the_end(has_one_page)},
          {"page-below-border", "a page's keyspace id is just below 80",
           in_the_end(has_page_between<0x7c, 0x7f>)},
          {"page-above-border", "a page's keyspace id is just above 80",
           in_the_end(has_page_between<0x80, 0x83>)},
      },
  };
}

}  // namespace shardlab::scenarios::situations
