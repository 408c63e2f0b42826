#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/mysql.h"
#include "fakes/mysql/gtid.h"
#include "fakes/mysql/store.h"

namespace shardlab::fakes::mysql {

/// One entry of the binary log before it is packed: row changes in stored form, or a DDL statement.
struct BinlogDraft {
  Gtid gtid;
  std::int64_t timestamp_ns = 0;
  std::string ddl;
  std::string ddl_database;
  const std::vector<Change>* changes = nullptr;
};

/// Packs an entry. Column types travel with it, so that it can be read without the schema.
std::string encode_entry(const BinlogDraft& draft);

/// Throws Error: corrupt.
BinlogTransaction decode_entry(std::string_view bytes);

/// Only the entry's GTID. Throws Error: corrupt.
Gtid gtid_of_entry(std::string_view bytes);

}  // namespace shardlab::fakes::mysql
