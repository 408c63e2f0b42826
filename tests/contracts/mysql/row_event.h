#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/contracts/mysql/server.h"

namespace shardlab::contracts {

/// A table map event: what the rows events after it need to be understood.
/// Source: MariaDB documentation, "Table map event", "Rows event v1".
struct TableMap {
  struct Column {
    std::uint8_t type = 0;   ///< `enum_field_types`
    std::uint32_t meta = 0;  ///< lengths, scales
    bool is_unsigned = false;
    std::vector<std::string> labels;  ///< of an ENUM or SET
  };
  std::string database;
  std::string table;
  std::vector<Column> columns;
};

/// Both take the event's body, without header and checksum.
std::uint64_t table_id_of(std::string_view body);
TableMap parse_table_map(std::string_view body);

enum class RowEventKind { insert, update, remove };
std::vector<LoggedChange> parse_rows(std::string_view body, RowEventKind kind, const TableMap& map);

}  // namespace shardlab::contracts
