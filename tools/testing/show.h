#pragma once

#include <iosfwd>

#include "scenarios/file/scenario.h"

// How rapidcheck and Catch2 print what they chose.

namespace shardlab::scenarios {

void showValue(const Visit& visit, std::ostream& out);      // NOLINT: rapidcheck's name
void showValue(const Load& load, std::ostream& out);        // NOLINT
void showValue(const FaultSpec& fault, std::ostream& out);  // NOLINT
/// Its id.
void showValue(const Step& step, std::ostream& out);  // NOLINT
/// Its name, cluster, visitors, steps and faults.
void showValue(const Scenario& scenario, std::ostream& out);  // NOLINT

}  // namespace shardlab::scenarios
