#include "scenarios/situations/pattern.h"

#include <algorithm>

namespace shardlab::scenarios::situations {

const fakes::guestbook::Operation& Moment::operation() const {
  const auto id = static_cast<std::uint64_t>(event.number_of("id"));
  return story.world().ledger().operation(id);
}

Condition operator&&(Condition a, Condition b) {
  return
      [a = std::move(a), b = std::move(b)](const Moment& moment) { return a(moment) && b(moment); };
}

Condition operator||(Condition a, Condition b) {
  return
      [a = std::move(a), b = std::move(b)](const Moment& moment) { return a(moment) || b(moment); };
}

Condition operator!(Condition a) {
  return [a = std::move(a)](const Moment& moment) { return !a(moment); };
}

bool Happening::is(const Moment& moment) const {
  return std::find(kinds.begin(), kinds.end(), moment.kind) != kinds.end() &&
         (!holds || (*holds)(moment));
}

Happening operator&&(Happening happening, Condition condition) {
  happening.holds =
      happening.holds ? *happening.holds && std::move(condition) : std::move(condition);
  return happening;
}

Pattern in_order(Happening first, Happening second) {
  return Pattern({{std::move(first), {}}, {std::move(second), {}}});
}

Pattern between(Happening begin, Happening end, Happening inside) {
  return Pattern({{std::move(begin), {}}, {std::move(inside), std::move(end)}});
}

}  // namespace shardlab::scenarios::situations
