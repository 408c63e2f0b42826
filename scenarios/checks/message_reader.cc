#include "scenarios/checks/message_reader.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/error.h"
#include "scenarios/checks/topology_view.h"

namespace shardlab::scenarios {

std::size_t column_named(const std::vector<Field>& fields, std::string_view name) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return i;
  }
  throw BugError("a table lacks a column");
}

std::string MessageReader::select(const std::string& keyspace, const std::string& table) {
  return fmt::format("SELECT * FROM `vt_{}`.`{}`", keyspace, table);
}

MessageReader::MessageReader(const std::vector<Field>& fields)
    : page_(column_named(fields, "page")),
      time_(column_named(fields, "time_created_ns")),
      text_(column_named(fields, "message")) {}

void MessageReader::add(const std::vector<Row>& rows) {
  for (const Row& row : rows) messages_.push_back(message_in(row));
}

MessageRow MessageReader::message_in(const Row& row) const {
  return MessageRow(number_in(row.at(page_)), number_in(row.at(time_)), row.at(text_).text());
}

Messages MessageReader::finish() && {
  // They come in the order of the primary key.
  if (!std::is_sorted(messages_.begin(), messages_.end())) {
    std::sort(messages_.begin(), messages_.end());
  }
  return std::make_shared<const std::vector<MessageRow>>(std::move(messages_));
}

}  // namespace shardlab::scenarios
