#pragma once

#include <string>
#include <string_view>

#include "sim/trace.h"

namespace shardlab::sim {

/// In quotes, escaped as JSON wants it.
std::string json_string(std::string_view text);
/// The field's value as JSON.
std::string json_value(const EventField& field);
/// The field's value as `to_text` shows it.
std::string text_value(const EventField& field);

}  // namespace shardlab::sim
