#pragma once

#include <string>

#include "core/base/time.h"
#include "core/proto/vtctldata.pb.h"

namespace shardlab::scenarios {

/// `"I0101 00:00:12.400000       9 instance.go:115] "`: how glog heads a line.
std::string glog_header(const vtctldata::LoggerEvent& event);

/// What a client prints for a line it got from vtctld or vtworker, ending in a newline: console
/// text as it is, everything else with glog's header.
std::string console_text(const vtctldata::LoggerEvent& event);

}  // namespace shardlab::scenarios
