#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/checks/observation.h"

namespace shardlab::scenarios {

/// The position of a column. Throws BugError when there is none of that name.
std::size_t column_named(const std::vector<Field>& fields, std::string_view name);

/// Makes messages of the rows of the Guestbook's table, which may come in parts.
class MessageReader {
 public:
  /// The statement that reads the table.
  static std::string select(const std::string& keyspace, const std::string& table);

  /// Throws BugError when a column is missing.
  explicit MessageReader(const std::vector<Field>& fields);
  /// Throws BugError when a page or time is no number.
  void add(const std::vector<Row>& rows);
  MessageRow message_in(const Row& row) const;
  /// All that was added, sorted.
  Messages finish() &&;

 private:
  std::size_t page_;
  std::size_t time_;
  std::size_t text_;
  std::vector<MessageRow> messages_;
};

}  // namespace shardlab::scenarios
