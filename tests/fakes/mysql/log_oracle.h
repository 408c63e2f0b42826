#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/ports/mysql.h"
#include "fakes/mysql/engine.h"

namespace shardlab::fakes::mysql {

/// What a server's tables must hold according to its binary log alone: rows as texts, put in and
/// taken out by hand. Knows nothing of the engine. Tables have one database, `ks`; of the schema it
/// understands CREATE, DROP and TRUNCATE TABLE, and ADD COLUMN with a whole number as DEFAULT.
class LogOracle {
 public:
  using Rows = std::multiset<std::string>;  ///< `"1,a"`

  void replay(const std::vector<BinlogTransaction>& log);
  const std::map<std::string, Rows>& tables() const { return tables_; }

 private:
  void replay_ddl(const std::string& sql);

  std::map<std::string, Rows> tables_;
};

/// Why binary log, rows and positions of a server that has just started contradict each other;
/// empty when they agree. The log must go back to the beginning.
std::string contradiction(Engine& engine);

}  // namespace shardlab::fakes::mysql
