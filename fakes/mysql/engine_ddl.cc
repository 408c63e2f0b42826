#include <algorithm>
#include <fmt/format.h>

#include "fakes/mysql/engine_impl.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

std::size_t place_of_new_column(const TableDef& table, const AlterAction& action) {
  if (action.first) return 0;
  if (action.after.empty()) return table.columns.size();
  return table.column(action.after, table.name) + 1;
}

/// Key parts move with their columns when one is added or dropped at `place`.
void shift_keys(TableDef& table, std::size_t place, bool added) {
  const auto shift = [&](std::vector<std::size_t>& columns) {
    for (std::size_t& column : columns) {
      if (added && column >= place) ++column;
      if (!added && column > place) --column;
    }
  };
  shift(table.primary_key);
  for (IndexDef& index : table.indexes) shift(index.columns);
}

bool is_key_column(const TableDef& table, std::size_t column) {
  const auto holds = [&](const std::vector<std::size_t>& columns) {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  };
  return holds(table.primary_key) ||
         std::any_of(table.indexes.begin(), table.indexes.end(),
                     [&](const IndexDef& index) { return holds(index.columns); });
}

/// A definition under change, and for each column where it was before (none for a new one).
struct Alteration {
  TableDef table;
  std::vector<std::optional<std::size_t>> origins;

  void add_column(const AlterAction& action);
  void drop_column(const AlterAction& action);
  void modify_column(const AlterAction& action);
  void add_index(const AlterAction& action);
  void drop_index(const AlterAction& action);
  void settle_collation(std::size_t column);
  void apply(const AlterAction& action);
};

void Alteration::add_column(const AlterAction& action) {
  if (table.find_column(action.name)) {
    throw sql_error(1060, fmt::format("Duplicate column name '{}'", action.name));
  }
  const std::size_t place = place_of_new_column(table, action);
  const auto offset = static_cast<std::ptrdiff_t>(place);
  table.columns.insert(table.columns.begin() + offset, action.column);
  origins.insert(origins.begin() + offset, std::nullopt);
  shift_keys(table, place, true);
  settle_collation(place);
}

void Alteration::settle_collation(std::size_t place) {
  ColumnDef& column = table.columns[place];
  if (!is_text(column.type) && column.type.type != Type::enum_) return;
  if (!column.own_collation) column.type.collation = table.collation;
  column.own_collation = column.type.collation != table.collation;
}

void Alteration::drop_column(const AlterAction& action) {
  const auto column = table.find_column(action.name);
  if (!column) {
    throw sql_error(1091, fmt::format("Can't DROP COLUMN `{}`; check that it exists", action.name));
  }
  if (is_key_column(table, *column)) {
    throw sql_error(1235, "dropping a key column is not supported");
  }
  const auto offset = static_cast<std::ptrdiff_t>(*column);
  table.columns.erase(table.columns.begin() + offset);
  origins.erase(origins.begin() + offset);
  shift_keys(table, *column, false);
}

void Alteration::modify_column(const AlterAction& action) {
  const std::size_t column = table.column(action.name, table.name);
  table.columns[column] = action.column;
  const auto& key = table.primary_key;
  if (std::find(key.begin(), key.end(), column) != key.end()) {
    table.columns[column].not_null = true;
  }
  settle_collation(column);
}

void Alteration::add_index(const AlterAction& action) {
  IndexDef index;
  index.name = action.name.empty() ? action.columns.front() : action.name;
  index.unique = action.unique;
  for (const std::string& name : action.columns) index.columns.push_back(table.key_column(name));
  for (const IndexDef& other : table.indexes) {
    if (other.name == index.name) {
      throw sql_error(1061, fmt::format("Duplicate key name '{}'", index.name));
    }
  }
  table.indexes.push_back(std::move(index));
}

void Alteration::drop_index(const AlterAction& action) {
  const auto dropped = std::erase_if(
      table.indexes, [&](const IndexDef& index) { return index.name == action.name; });
  if (dropped == 0) {
    throw sql_error(1091, fmt::format("Can't DROP INDEX `{}`; check that it exists", action.name));
  }
}

void Alteration::apply(const AlterAction& action) {
  switch (action.kind) {
    case AlterAction::Kind::add_column: return add_column(action);
    case AlterAction::Kind::drop_column: return drop_column(action);
    case AlterAction::Kind::modify_column: return modify_column(action);
    case AlterAction::Kind::add_index: return add_index(action);
    case AlterAction::Kind::drop_index: return drop_index(action);
  }
}

/// What CREATE TABLE refuses although it can be read.
void require_sound(const TableDef& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnDef& column = table.columns[i];
    if (column.auto_increment && !is_key_column(table, i)) {
      throw sql_error(1075,
                      "Incorrect table definition; there can be only one auto column and it must "
                      "be defined as a key");
    }
    if (!column.default_value) continue;
    try {
      to_cell(column.type, *column.default_value, {column.name, 1});
    } catch (const Error&) {
      throw sql_error(1067, fmt::format("Invalid default value for '{}'", column.name));
    }
  }
}

/// What rows that were there before get in a new column: the default, or the type's zero.
Cell cell_for_old_rows(const ColumnDef& column) {
  if (column.default_value && !column.default_value->is_null()) {
    return to_cell(column.type, *column.default_value, {column.name, 1});
  }
  if (!column.not_null) return {};
  if (is_stored_whole(column.type)) return to_stored(column.type, 0);
  if (column.type.type == Type::enum_) return std::int64_t{1};
  if (is_wide_decimal(column.type)) return to_cell(column.type, Value::of_int(0), {column.name, 1});
  if (is_float(column.type.type)) return 0.0;
  return std::string();
}

/// Then the rows are copied, and counted.
bool changes_a_type(const TableDef& before, const Alteration& alteration) {
  for (std::size_t i = 0; i < alteration.origins.size(); ++i) {
    if (!alteration.origins[i]) continue;
    const Type old_type = before.columns[*alteration.origins[i]].type.type;
    if (old_type != alteration.table.columns[i].type.type) return true;
  }
  return false;
}

}  // namespace

TablePtr Engine::Impl::table_for_ddl(Session& session, const sql::TableName& name) {
  TablePtr table = catalogue.table(name, session.db);
  if (const auto by = locks.blocker(table_lock(*table), session.id)) throw LockWait{*by};
  auto_increments.erase(table->stored_name());
  return table;
}

void Engine::Impl::forget_schema() {
  store.forget_statements();
  catalogue.reload();
}

/// A DDL statement commits what is open, and is a transaction of the binary log of its own.
Outcome Engine::Impl::ddl(Session& session, std::string_view sql, const BinlogTransaction* origin) {
  const Ddl parsed = parse_ddl(sql);
  require_writable(session);
  Outcome outcome = commit(session);
  const auto* drop = std::get_if<DropTables>(&parsed);
  std::optional<Error> missing = drop ? missing_tables(session, *drop) : std::nullopt;
  if (missing && logged_drop(session, *drop).empty()) throw *missing;
  ddl_affected = 0;
  store.enter(session.id, {});
  try {
    std::visit([&](const auto& statement) { run_ddl(session, statement); }, parsed);
    BinlogDraft draft;
    draft.timestamp_ns = origin ? origin->timestamp_ns : now_ns;
    draft.ddl = missing ? logged_drop(session, *drop) : std::string(sql);
    draft.ddl_database = session.db;
    if (origin) {
      draft.gtid = *parse_position(origin->gtid);
      outcome.committed = draft.gtid;
      binlog.append_applied(std::move(draft));
    } else if (session.log_bin) {
      outcome.committed = binlog.append(std::move(draft));
    }
    store.commit();
  } catch (const std::exception&) {
    store.abandon();
    binlog.abandoned();
    forget_schema();
    throw;
  }
  binlog.committed();
  ++commits;
  outcome.result.rows_affected = ddl_affected;
  outcome.error = std::move(missing);
  if (std::holds_alternative<CreateDatabase>(parsed)) {
    catalogue.reload();  // no table of SQLite has changed
  } else {
    forget_schema();
  }
  return outcome;
}

void Engine::Impl::run_ddl(Session&, const CreateDatabase& create) {
  if (!catalogue.has_database(create.name)) {
    catalogue.create_database(create.name);
    ddl_affected = 1;
  } else if (!create.if_not_exists) {
    throw sql_error(1007, fmt::format("Can't create database '{}'; database exists", create.name));
  }
}

void Engine::Impl::run_ddl(Session& session, const DropDatabase& drop) {
  if (!catalogue.has_database(drop.name)) {
    if (drop.if_exists) return;
    throw sql_error(1008,
                    fmt::format("Can't drop database '{}'; database doesn't exist", drop.name));
  }
  for (const auto& [name, table] : catalogue.database(drop.name)) {
    table_for_ddl(session, sql::TableName(drop.name, name));
  }
  ddl_affected = catalogue.database(drop.name).size();
  catalogue.drop_database(drop.name);
  if (session.db == drop.name) session.db.clear();
}

void Engine::Impl::run_ddl(Session& session, const CreateTable& create) {
  TableDef table = create.table;
  if (table.db.empty()) table.db = session.db;
  if (table.db.empty()) throw sql_error(1046, "No database selected");
  catalogue.database(table.db);
  require_sound(table);
  const bool is_view =
      catalogue.find_view(sql::TableName(table.db, table.name), session.db) != nullptr;
  if (!catalogue.find(table.db, table.name) && !is_view) {
    catalogue.create_table(table);
  } else if (!create.if_not_exists) {
    throw sql_error(1050, fmt::format("Table '{}' already exists", table.name));
  }
}

void Engine::Impl::run_ddl(Session& session, const DropTables& drop) {
  for (const sql::TableName& name : drop.tables) {
    const std::string& db = name.db.empty() ? session.db : name.db;
    if (catalogue.find(db, name.name)) {
      catalogue.drop_table(*table_for_ddl(session, name));
    }
  }
}

/// What the log says of a DROP TABLE that finds only some of its tables; empty for none.
std::string Engine::Impl::logged_drop(const Session& session, const DropTables& drop) const {
  std::string names;
  for (const sql::TableName& name : drop.tables) {
    const std::string& db = name.db.empty() ? session.db : name.db;
    if (!catalogue.find(db, name.name)) continue;
    names += fmt::format("{}`{}`.`{}`", names.empty() ? "" : ",", db, name.name);
  }
  return names.empty() ? "" : "DROP TABLE IF EXISTS " + names;
}

/// The others are dropped all the same.
std::optional<Error> Engine::Impl::missing_tables(const Session& session,
                                                  const DropTables& drop) const {
  if (drop.if_exists) return std::nullopt;
  for (const sql::TableName& name : drop.tables) {
    const std::string& db = name.db.empty() ? session.db : name.db;
    if (catalogue.find(db, name.name)) continue;
    return sql_error(1051, fmt::format("Unknown table '{}.{}'", db, name.name));
  }
  return std::nullopt;
}

void Engine::Impl::run_ddl(Session& session, const CreateView& create) {
  sql::TableName name = create.name;
  if (name.db.empty()) name.db = session.db;
  catalogue.database(name.db);
  const bool taken = catalogue.find(name.db, name.name) != nullptr;
  if (taken || (catalogue.find_view(name, session.db) && !create.or_replace)) {
    throw sql_error(1050, fmt::format("Table '{}' already exists", name.name));
  }
  sql::TableName from = *create.select.from;
  if (from.db.empty()) from.db = name.db;
  View view = make_view(name, create.select, *catalogue.table(from, session.db));
  view.definer = create.definer.empty() ? session.user + "@localhost" : create.definer;
  catalogue.create_view(view);
}

void Engine::Impl::run_ddl(Session& session, const DropViews& drop) {
  for (const sql::TableName& name : drop.views) {
    if (const ViewPtr view = catalogue.find_view(name, session.db)) {
      catalogue.drop_view(*view);
    } else if (!drop.if_exists) {
      throw sql_error(4092, fmt::format("Unknown VIEW: '{}'", name.name));
    }
  }
}

void Engine::Impl::run_ddl(Session& session, const TruncateTable& truncate) {
  store.writer().run("DELETE FROM " + table_for_ddl(session, truncate.table)->from);
}

void Engine::Impl::run_ddl(Session& session, const RenameTable& rename) {
  const TablePtr from = table_for_ddl(session, rename.from);
  TableDef to = *from;
  to.db = rename.to.db.empty() ? session.db : rename.to.db;
  to.name = rename.to.name;
  catalogue.database(to.db);
  if (catalogue.find(to.db, to.name)) {
    throw sql_error(1050, fmt::format("Table '{}' already exists", to.name));
  }
  catalogue.create_table(to);
  store.writer().run(
      fmt::format("INSERT INTO {} SELECT * FROM {}", sqlite_name(to.stored_name()), from->from));
  catalogue.drop_table(*from);
}

/// The rows of a table as they are after the alteration.
std::vector<Cells> Engine::Impl::altered_rows(
    const Table& before, const TableDef& after,
    const std::vector<std::optional<std::size_t>>& origins) {
  std::vector<Cells> rows;
  Query query =
      store.writer().prepare(fmt::format("SELECT {} FROM {}", before.columns_list, before.from));
  for (std::size_t number = 1; query.next(); ++number) {
    Cells row;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      const ColumnDef& column = after.columns[i];
      if (!origins[i]) {
        row.push_back(cell_for_old_rows(column));
        continue;
      }
      const Value value =
          to_value(before.columns[*origins[i]].type, query.cell(static_cast<int>(*origins[i])));
      row.push_back(to_cell(column.type, value, {column.name, number}));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Reads all rows, makes the table anew, writes them back.
void Engine::Impl::run_ddl(Session& session, const AlterTable& alter) {
  const TablePtr before = table_for_ddl(session, alter.table);
  Alteration alteration{*before, {}};
  for (std::size_t i = 0; i < before->columns.size(); ++i) alteration.origins.emplace_back(i);
  for (const AlterAction& action : alter.actions) alteration.apply(action);
  alteration.table.sort_indexes();
  std::vector<Cells> rows;
  try {
    rows = altered_rows(*before, alteration.table, alteration.origins);
  } catch (const Error& error) {
    constexpr int too_long = 1406;
    if (error.sql_errno() != too_long) throw;
    throw sql_error(1265, "Data truncated for a column by ALTER TABLE");
  }
  if (changes_a_type(*before, alteration)) ddl_affected = rows.size();
  catalogue.drop_table(*before);
  catalogue.create_table(alteration.table);
  const auto after = std::make_shared<const Table>(std::move(alteration.table));
  for (Cells& row : rows) {
    Change change{after, std::nullopt, std::move(row)};
    if (store.apply(change) == ApplyEnd::duplicate) throw_duplicate(*after, *change.after, nullptr);
  }
}

}  // namespace shardlab::fakes::mysql
