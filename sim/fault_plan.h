#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace shardlab::sim {

class Choices;

/// All that a nemesis can do to a world.
enum class FaultKind {
  crash,              ///< of a process, or of all on a host; restarts at the end
  power_loss,         ///< of a host; restarts at the end
  pause,              ///< of a process or host
  slow_cpu,           ///< of a process or host; amount: ns a step
  skew,               ///< of a host's clock; amount: ns, signed
  drift,              ///< of a host's clock; amount: millionths, signed
  jump,               ///< of a host's clock, at one instant; amount: ns, signed
  partition,          ///< between target and peer, both ways
  partition_one_way,  ///< from target to peer
  isolate,            ///< of the target from all others
  clog,               ///< from target to peer: messages wait until the end
  slow_tail,          ///< from target to peer; amount: how many times as long one in ten takes
  lost_replies,       ///< the target's to calls of the peer
  blackhole,          ///< from target to peer: swallowed, and the connections it meets are dead
  reset,              ///< from target to peer: what comes breaks its connection; amount: at most
  slow_disk,          ///< a disk of a host; amount: ns a write and a sync each
  full_disk,          ///< a disk of a host; amount: bytes more than it holds at that moment
  failing_disk,       ///< a disk of a host, whose `amount`-th operation fails
};

/// `"slow-cpu"`.
std::string_view to_string(FaultKind kind);
/// The target cannot do its work meanwhile: crashed, stopped or cut off.
bool takes_down(FaultKind kind);
/// What it does has happened at once and is not undone: its length is that of watching the effects.
bool is_instant(FaultKind kind);
/// It lies between the target and a peer.
bool has_peer(FaultKind kind);
/// Its target is a disk.
bool is_of_disk(FaultKind kind);
/// Its amount may be negative.
bool is_signed(FaultKind kind);
/// What its amount counts.
enum class FaultUnit { none, time, ppm, times, bytes, number };
FaultUnit unit_of(FaultKind kind);

/// One fault that is to happen.
struct PlannedFault {
  FaultKind kind = FaultKind::crash;
  std::string target;  ///< a host `"server-1"`, or a process or disk of it `"server-1/daemon"`
  std::string peer{};  ///< the other host, for faults between two
  Duration start{0};   ///< since the nemesis started
  Duration length{0};
  std::int64_t amount = 0;  ///< in the unit of the kind

  Duration end() const { return start + length; }
};

/// `"2.500"`, cut to milliseconds.
std::string seconds_text(Duration duration);

/// `"2.500 +0.750 slow-cpu server-1/daemon 50us"`: start and length in seconds.
std::string to_text(const PlannedFault& fault);

using FaultPlan = std::vector<PlannedFault>;

/// One line a fault, in the order of the plan.
std::string to_text(const FaultPlan& plan);

/// What a plan can be drawn from.
struct FaultMenu {
  struct Item {
    FaultKind kind = FaultKind::crash;
    std::vector<std::string> targets;
    std::vector<std::string> peers{};  ///< for faults between two
    Duration longest = std::chrono::seconds(1);
    std::int64_t most = 0;     ///< the greatest amount; drawn in 64ths, of either sign for clocks
    std::uint32_t weight = 1;  ///< how often, compared with the other items
  };
  std::vector<Item> items;
  std::uint32_t calm = 1;                    ///< the weight of "no fault"
  std::uint32_t slots = 8;                   ///< so many times something is drawn
  Duration span = std::chrono::seconds(60);  ///< faults start within this
};

/// Draws a plan. Every slot takes the draws `nemesis.fault`, `.target`, `.peer`, `.start`,
/// `.length` and `.amount`, also when it stays calm: leaving out one fault moves no other.
/// 0 is the calmest: no fault, the shortest, the least. Ordered by start.
FaultPlan draw_plan(Choices& choices, const FaultMenu& menu);

}  // namespace shardlab::sim
