#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/checks/observation.h"
#include "scenarios/file/scenario.h"
#include "sim/disk.h"

namespace shardlab::scenarios {

/// The Guestbook's table: the one the scenario's rows are for, else `"messages"`.
std::string guestbook_table(const Scenario& scenario);

/// The messages that are there before the first command: `"message 0001"` on the first page of the
/// scenario's list, one each millisecond, all before the world begins. In key order.
std::vector<MessageRow> initial_rows(const Scenario& scenario);

/// The disk of a MySQL server right after it was restored from a backup of that shard: database
/// `vt_KEYSPACE`, the tables of `create_test_table.sql`, the shard's part of the rows, an empty
/// binary log. Servers begin with clones of it, whose pages are shared.
/// Throws Error: what the server says of a statement.
std::unique_ptr<sim::Disk> restored_disk(const Scenario& scenario, const std::string& keyspace,
                                         const std::string& shard,
                                         const std::vector<MessageRow>& rows);

}  // namespace shardlab::scenarios
