#pragma once

#include <google/protobuf/message.h>
#include <string>

#include "core/base/query_result.h"

namespace shardlab::vtctl {

/// A record as vtctl prints it: two-space indentation, snake case names, default values included,
/// enumerations as numbers, bytes in base64.
std::string to_json(const google::protobuf::Message& record);

/// A query result as `ExecuteFetchAsDba -json` prints it: fields, rows of texts, rows_affected.
std::string result_json(const QueryResult& result);

}  // namespace shardlab::vtctl
