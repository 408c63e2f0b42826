#include <algorithm>

#include "tools/testing/generators.h"
#include "tools/testing/pick.h"

namespace shardlab::testing {

using scenarios::Load;
using scenarios::Visit;
using std::chrono::milliseconds;

rc::Gen<Load> arbitrary_load() {
  constexpr std::int64_t most_rate = 20, hundredth = 10'000;
  constexpr std::uint64_t most_pages = 100;
  return rc::gen::exec([] {
    Load load;
    load.rate = scenarios::Rate{pick<std::int64_t>(1, most_rate)};
    const auto pages = pick<std::uint64_t>(1, most_pages);
    for (std::uint64_t page = 0; page < pages; ++page) load.pages.push_back(page);
    load.write_millionths = pick<std::int64_t>(0, 100) * hundredth;
    load.reads = pick(0, 1) == 0 ? Load::Reads::replica : Load::Reads::master;
    return load;
  });
}

rc::Gen<std::vector<Visit>> arbitrary_visits(Duration last, std::uint64_t pages,
                                             std::size_t at_most) {
  const rc::Gen<Visit> visit = rc::gen::exec([=] {
    static const std::vector<Visit::Kind> kinds{Visit::Kind::read_replica, Visit::Kind::read_master,
                                                Visit::Kind::write};
    Visit made;
    made.kind = pick_one(kinds);
    made.page = pick<std::uint64_t>(0, std::max<std::uint64_t>(pages, 1) - 1);
    made.at = milliseconds(pick<std::int64_t>(0, last / milliseconds(1)));
    return made;
  });
  return rc::gen::map(several(at_most, visit), [](std::vector<Visit> visits) {
    std::ranges::stable_sort(visits, {}, &Visit::at);
    return visits;
  });
}

}  // namespace shardlab::testing
