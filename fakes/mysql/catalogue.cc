#include "fakes/mysql/catalogue.h"

#include <fmt/format.h>
#include <utility>

#include "fakes/mysql/ddl_parser.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

TablePtr parse(std::string_view db, std::string_view ddl) {
  auto create = std::get<CreateTable>(parse_ddl(ddl));
  create.table.db = std::string(db);
  return std::make_shared<const Table>(std::move(create.table));
}

ViewPtr parse_view(std::string_view db, std::string_view ddl) {
  const auto create = std::get<CreateView>(parse_ddl(ddl));
  auto view = std::make_shared<View>();
  view->name = sql::TableName(std::string(db), create.name.name);
  view->definer = create.definer;
  view->table = *create.select.from;
  if (view->table.db.empty()) view->table.db = std::string(db);
  for (const sql::SelectItem& item : create.select.items) {
    view->columns.push_back({item.title(), item.expr.name});
  }
  view->where = create.select.where;
  return view;
}

}  // namespace

Catalogue::Catalogue(Store& store) : store_(store) { reload(); }

const Catalogue::Tables& Catalogue::database(std::string_view db) const {
  const auto found = databases_.find(db);
  if (found == databases_.end()) throw sql_error(1049, fmt::format("Unknown database '{}'", db));
  return found->second;
}

TablePtr Catalogue::find(std::string_view db, std::string_view table) const {
  const auto database = databases_.find(db);
  if (database == databases_.end()) return nullptr;
  const auto found = database->second.find(table);
  return found == database->second.end() ? nullptr : found->second;
}

TablePtr Catalogue::table(const sql::TableName& name, const std::string& current_db) const {
  const std::string& db = name.db.empty() ? current_db : name.db;
  if (db.empty()) throw sql_error(1046, "No database selected");
  if (auto found = find(db, name.name)) return found;
  if (find_view(name, current_db)) {
    throw sql_error(1235, fmt::format("'{}.{}' is a view: it can be read, not written or altered",
                                      db, name.name));
  }
  throw sql_error(1146, fmt::format("Table '{}.{}' doesn't exist", db, name.name));
}

ViewPtr Catalogue::find_view(const sql::TableName& name, const std::string& current_db) const {
  const auto* of_db = views(name.db.empty() ? current_db : name.db);
  if (!of_db) return nullptr;
  const auto found = of_db->find(name.name);
  return found == of_db->end() ? nullptr : found->second;
}

const std::map<std::string, ViewPtr>* Catalogue::views(const std::string& db) const {
  const auto found = views_.find(db);
  return found == views_.end() ? nullptr : &found->second;
}

void Catalogue::create_view(const View& view) {
  store_.writer().run("INSERT OR REPLACE INTO tables VALUES(?,?,?)",
                      Cells{view.name.db, view.name.name, create_view_text(view)});
}

void Catalogue::drop_view(const View& view) {
  store_.writer().run("DELETE FROM tables WHERE db=? AND name=?",
                      Cells{view.name.db, view.name.name});
}

void Catalogue::create_database(const std::string& db) {
  store_.writer().run("INSERT INTO databases VALUES(?)", Cells{db});
}

void Catalogue::drop_database(const std::string& db) {
  for (const auto& [name, table] : database(db)) drop_table(*table);
  store_.writer().run("DELETE FROM tables WHERE db=?", Cells{db});  // its views
  store_.writer().run("DELETE FROM databases WHERE name=?", Cells{db});
}

void Catalogue::create_table(const TableDef& table) {
  for (const std::string& statement : sqlite_create_statements(table)) {
    store_.writer().run(statement);
  }
  store_.writer().run("INSERT INTO tables VALUES(?,?,?)",
                      Cells{table.db, table.name, create_table_text(table)});
}

void Catalogue::drop_table(const TableDef& table) {
  store_.writer().run("DROP TABLE " + sqlite_name(table.stored_name()));
  store_.writer().run("DELETE FROM tables WHERE db=? AND name=?", Cells{table.db, table.name});
}

void Catalogue::reload() {
  databases_.clear();
  views_.clear();
  const auto known = std::exchange(parsed_, {});
  Query databases = store_.reader().prepare("SELECT name FROM databases");
  while (databases.next()) databases_[std::string(databases.bytes(0))];
  Query tables = store_.reader().prepare("SELECT db, ddl FROM tables");
  while (tables.next()) {
    const std::string_view db = tables.bytes(0);
    if (!tables.bytes(1).starts_with("CREATE TABLE")) {
      const ViewPtr view = parse_view(db, tables.bytes(1));
      views_[view->name.db][view->name.name] = view;
      continue;
    }
    std::string text = fmt::format("{}.{}", db, tables.bytes(1));
    const auto same = known.find(text);
    TablePtr table = same == known.end() ? parse(db, tables.bytes(1)) : same->second;
    databases_[table->db][table->name] = table;
    parsed_.emplace(std::move(text), std::move(table));
  }
}

}  // namespace shardlab::fakes::mysql
