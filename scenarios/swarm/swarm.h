#pragma once

#include <string>
#include <vector>

#include "scenarios/file/scenario.h"
#include "sim/choices.h"
#include "sim/schedule.h"

namespace shardlab::scenarios {

/// What a seed makes of a scenario that leaves things open.
struct Drawn {
  Scenario scenario;  ///< with everything explicit, faults included
  sim::Schedule schedule;
  std::vector<std::string> said;  ///< what was drawn, a line each but for the faults
};

/// Draws what `[swarm]` leaves open: load, data, pace, network, schedule, which kinds of faults
/// there are and how many, and each of them. Draws `swarm.*`; 0 is the calmest: no fault, and
/// everything as the scenario has it. What is drawn depends on nothing but the choices.
/// Source: Groce et al., "Swarm Testing", ISSTA 2012.
Drawn draw_swarm(Scenario scenario, sim::Choices& choices);

}  // namespace shardlab::scenarios
