#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/ast.h"
#include "fakes/mysql/store.h"
#include "fakes/mysql/table_def.h"
#include "fakes/mysql/view.h"

namespace shardlab::fakes::mysql {

/// The databases and tables of a server. Changes happen in the store's write transaction; `reload`
/// must follow its end, however it ended.
class Catalogue {
 public:
  explicit Catalogue(Store& store);

  using Tables = std::map<std::string, TablePtr, std::less<>>;

  const std::map<std::string, Tables, std::less<>>& databases() const { return databases_; }
  bool has_database(std::string_view db) const { return databases_.contains(db); }
  /// Throws Error: sql 1049 `Unknown database 'x'`.
  const Tables& database(std::string_view db) const;
  /// Null when it is not there.
  TablePtr find(std::string_view db, std::string_view table) const;
  /// Throws Error: sql 1046 (no database chosen), 1049, 1146 `Table 'db.t' doesn't exist`.
  TablePtr table(const sql::TableName& name, const std::string& current_db) const;

  /// Null when it is not there.
  ViewPtr find_view(const sql::TableName& name, const std::string& current_db) const;
  /// The views of a database, by name; null when it has none.
  const std::map<std::string, ViewPtr>* views(const std::string& db) const;
  void create_view(const View& view);
  void drop_view(const View& view);

  void create_database(const std::string& db);
  void drop_database(const std::string& db);
  void create_table(const TableDef& table);
  void drop_table(const TableDef& table);
  void reload();

 private:
  Store& store_;
  std::map<std::string, Tables, std::less<>> databases_;
  std::map<std::string, std::map<std::string, ViewPtr>> views_;
  std::map<std::string, TablePtr> parsed_;  ///< by database and stored text
};

}  // namespace shardlab::fakes::mysql
