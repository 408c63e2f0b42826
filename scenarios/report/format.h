#pragma once

#include <string>
#include <string_view>

#include "scenarios/report/run_report.h"

namespace shardlab::scenarios {

/// The report as a person reads it, for standard output; the last line is the verdict:
///
///     guide · seed 42 · 15 tablets · 26 commands · faults off
///       t=0:12.400  SplitClone test_keyspace/0 -> -80,80-   11 rows copied
///     properties  9 always ok · 2 eventually ok · 6/6 sometimes reached
///     load        1,412 ops  ok 1,376  refused 36  unknown 0   p50 3.1 ms  p99 1.81 s
///     trace       9c01f2a4b7d3e658   18,233 events
///     verdict     held
///
/// Properties and expectations that failed follow the line they belong to, each with its reason.
std::string format_text(const RunReport& report);

/// The same facts as one line of JSON, keys in a fixed order, times in integer nanoseconds
/// (`..._ns`).
std::string format_json(const RunReport& report);

/// For standard error only, since it differs between runs: `0.21 s real (x470)`.
std::string format_real_time(Duration real, Duration simulated);

/// Minutes, seconds, milliseconds: `0:12.400`, `75:00.000`; `-0:00.158` while the cluster comes up.
std::string format_moment(Duration at);

/// Three digits and a unit: `850 ns`, `3.1 ms`, `1.81 s`, `40 s`, `2 m`.
std::string format_span(Duration span);

/// Thousands are parted: `18,233`.
std::string format_count(std::uint64_t count);

/// `"1 fault"`, `"18,233 faults"`, from `"fault"`.
std::string format_counted(std::uint64_t count, std::string_view one);

}  // namespace shardlab::scenarios
