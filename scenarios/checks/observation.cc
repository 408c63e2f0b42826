#include "scenarios/checks/observation.h"

#include <fmt/format.h>

#include "scenarios/checks/message_reader.h"

namespace shardlab::scenarios {

std::string describe(const MessageRow& row) {
  return fmt::format("page {} time {} \"{}\"", row.page, row.time_created_ns, row.text);
}

std::optional<std::string> Observation::etcd_leader(const std::string&) const {
  return std::nullopt;
}

Messages Observation::messages(const std::string& alias, const std::string& keyspace) const {
  const auto result = query(alias, MessageReader::select(keyspace, table()));
  if (!result) return nullptr;
  MessageReader reader(result->fields);
  reader.add(result->rows);
  return std::move(reader).finish();
}

}  // namespace shardlab::scenarios
