#include "sim/fault_plan.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "core/base/error.h"
#include "sim/choices.h"

namespace shardlab::sim {
namespace {

constexpr std::uint64_t fractions = 64;
constexpr std::uint64_t start_fractions = 1000;

struct KindFacts {
  std::string_view name;
  bool takes_down;
  FaultUnit unit = FaultUnit::none;
  bool is_signed = false;
  bool is_instant = false;
  bool has_peer = false;
  bool is_of_disk = false;
};

/// In the order of FaultKind.
constexpr std::array<KindFacts, 18> facts{{
    {.name = "crash", .takes_down = true},
    {.name = "power-loss", .takes_down = true},
    {.name = "pause", .takes_down = true},
    {.name = "slow-cpu", .takes_down = false, .unit = FaultUnit::time},
    {.name = "clock-skew", .takes_down = false, .unit = FaultUnit::time, .is_signed = true},
    {.name = "clock-drift", .takes_down = false, .unit = FaultUnit::ppm, .is_signed = true},
    {.name = "clock-jump",
     .takes_down = false,
     .unit = FaultUnit::time,
     .is_signed = true,
     .is_instant = true},
    {.name = "partition", .takes_down = true, .has_peer = true},
    {.name = "partition-one-way", .takes_down = true, .has_peer = true},
    {.name = "isolate", .takes_down = true},
    {.name = "clog", .takes_down = true, .has_peer = true},
    {.name = "slow-tail", .takes_down = false, .unit = FaultUnit::times, .has_peer = true},
    {.name = "lost-replies", .takes_down = true, .has_peer = true},
    {.name = "blackhole", .takes_down = true, .has_peer = true},
    {.name = "reset", .takes_down = false, .unit = FaultUnit::number, .has_peer = true},
    {.name = "slow-disk", .takes_down = false, .unit = FaultUnit::time, .is_of_disk = true},
    {.name = "full-disk", .takes_down = true, .unit = FaultUnit::bytes, .is_of_disk = true},
    {.name = "failing-disk", .takes_down = true, .unit = FaultUnit::number, .is_of_disk = true},
}};

const KindFacts& facts_of(FaultKind kind) { return facts.at(static_cast<std::size_t>(kind)); }

std::string time_text(std::int64_t ns) {
  if (ns % 1'000'000 == 0) return fmt::format("{}ms", ns / 1'000'000);
  if (ns % 1'000 == 0) return fmt::format("{}us", ns / 1'000);
  return fmt::format("{}ns", ns);
}

std::string amount_text(const PlannedFault& fault) {
  switch (facts_of(fault.kind).unit) {
    case FaultUnit::none: return "";
    case FaultUnit::time: return " " + time_text(fault.amount);
    case FaultUnit::ppm: return fmt::format(" {}ppm", fault.amount);
    case FaultUnit::times: return fmt::format(" {}x", fault.amount);
    case FaultUnit::bytes: return fmt::format(" {}B", fault.amount);
    case FaultUnit::number: return fmt::format(" {}", fault.amount);
  }
  return "";
}

/// `whole * (part + 1) / fractions` without overflow: the least of `part` 0 is not nothing.
std::int64_t fraction(std::int64_t whole, std::uint64_t part, std::uint64_t of = fractions) {
  const auto n = static_cast<std::int64_t>(of);
  const auto k = static_cast<std::int64_t>(part) + 1;
  return whole / n * k + whole % n * k / n;
}

std::int64_t amount_of(const FaultMenu::Item& item, std::uint64_t drawn) {
  if (facts_of(item.kind).unit == FaultUnit::none) return 0;
  const std::int64_t amount = std::max<std::int64_t>(fraction(item.most, drawn / 2), 1);
  return facts_of(item.kind).is_signed && drawn % 2 == 1 ? -amount : amount;
}

/// The item that `drawn` falls on, or null for calm, which lies at 0.
const FaultMenu::Item* pick(const FaultMenu& menu, std::uint64_t drawn) {
  if (drawn < menu.calm) return nullptr;
  drawn -= menu.calm;
  for (const FaultMenu::Item& item : menu.items) {
    if (drawn < item.weight) return &item;
    drawn -= item.weight;
  }
  return nullptr;
}

/// Few sizes of bound, so that the tape of one menu fits another: reduced where it is used.
const std::string& pick(const std::vector<std::string>& names, std::uint64_t drawn) {
  return names[drawn % names.size()];
}

}  // namespace

std::string_view to_string(FaultKind kind) { return facts_of(kind).name; }
bool takes_down(FaultKind kind) { return facts_of(kind).takes_down; }
bool is_instant(FaultKind kind) { return facts_of(kind).is_instant; }
bool has_peer(FaultKind kind) { return facts_of(kind).has_peer; }
bool is_of_disk(FaultKind kind) { return facts_of(kind).is_of_disk; }
bool is_signed(FaultKind kind) { return facts_of(kind).is_signed; }
FaultUnit unit_of(FaultKind kind) { return facts_of(kind).unit; }

std::string seconds_text(Duration duration) {
  const std::int64_t ms = duration.count() / 1'000'000;
  return fmt::format("{}.{:03}", ms / 1000, ms % 1000);
}

std::string to_text(const PlannedFault& fault) {
  return fmt::format("{} +{} {} {}{}{}{}", seconds_text(fault.start), seconds_text(fault.length),
                     to_string(fault.kind), fault.target, fault.peer.empty() ? "" : " ", fault.peer,
                     amount_text(fault));
}

std::string to_text(const FaultPlan& plan) {
  std::string text;
  for (const PlannedFault& fault : plan) text += to_text(fault) + "\n";
  return text;
}

FaultPlan draw_plan(Choices& choices, const FaultMenu& menu) {
  std::uint64_t weights = menu.calm;
  for (const FaultMenu::Item& item : menu.items) {
    check(!item.targets.empty(), "a menu of faults names targets");
    weights += item.weight;
  }
  constexpr std::uint64_t names = 1 << 16;
  FaultPlan plan;
  for (std::uint32_t slot = 0; slot < menu.slots; ++slot) {
    const auto* item = pick(menu, choices.draw("nemesis.fault", weights));
    const std::uint64_t target = choices.draw("nemesis.target", names);
    const std::uint64_t peer = choices.draw("nemesis.peer", names);
    const std::uint64_t start = choices.draw("nemesis.start", start_fractions);
    const std::uint64_t length = choices.draw("nemesis.length", fractions);
    const std::uint64_t amount = choices.draw("nemesis.amount", 2 * fractions);
    if (!item) continue;
    PlannedFault fault;
    fault.kind = item->kind;
    fault.target = pick(item->targets, target);
    if (!item->peers.empty()) fault.peer = pick(item->peers, peer);
    if (fault.peer == fault.target) continue;
    fault.start = Duration(fraction(menu.span.count(), start, start_fractions));
    fault.length = Duration(fraction(item->longest.count(), length));
    fault.amount = amount_of(*item, amount);
    plan.push_back(std::move(fault));
  }
  std::stable_sort(plan.begin(), plan.end(),
                   [](const auto& a, const auto& b) { return a.start < b.start; });
  return plan;
}

}  // namespace shardlab::sim
