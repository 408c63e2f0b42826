#include "core/vindexes/vschema.h"

#include <fmt/format.h>
#include <set>

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/key/error_of.h"
#include "core/vindexes/lookup.h"

namespace shardlab::vindexes {
namespace {

constexpr const char* sequence_type = "sequence";
constexpr const char* reference_type = "reference";

template <class... Args>
Error invalid(fmt::format_string<Args...> text, Args&&... args) {
  return Error(Errc::invalid_argument, fmt::format(text, std::forward<Args>(args)...));
}

/// Builds one table of a keyspace; the member functions follow the order of validation.
class TableBuilder {
 public:
  TableBuilder(const KeyspaceSchema& keyspace, const KeyspaceVSchema& definition,
               const std::string& name)
      : keyspace_(keyspace), vindexes_(definition.vindexes), source_(definition.tables.at(name)) {
    table_.keyspace = keyspace.name;
    table_.name = name;
    table_.sharded = keyspace.sharded;
    table_.auto_increment = source_.auto_increment;
    table_.columns = source_.columns;
    table_.column_list_authoritative = source_.column_list_authoritative;
  }

  Table build() {
    set_type();
    set_pin();
    check_has_primary_vindex();
    check_column_names();
    for (const auto& column_vindex : source_.column_vindexes) add_column_vindex(column_vindex);
    return std::move(table_);
  }

 private:
  void set_type() {
    if (source_.type == sequence_type) {
      if (keyspace_.sharded && source_.pinned.empty()) {
        throw invalid("sequence table has to be in an unsharded keyspace or must be pinned: {}",
                      table_.name);
      }
    } else if (!source_.type.empty() && source_.type != reference_type) {
      throw invalid("unidentified table type {}", source_.type);
    }
    table_.type = source_.type;
  }

  void set_pin() {
    if (source_.pinned.empty()) return;
    const auto id = key::parse_keyspace_id(source_.pinned);
    if (!id) throw error_of(id).within("could not decode the keyspace id for pin");
    table_.pinned = *id;
  }

  void check_has_primary_vindex() const {
    if (keyspace_.sharded && table_.type != reference_type && !table_.pinned &&
        source_.column_vindexes.empty()) {
      throw invalid("missing primary col vindex for table: {}", table_.name);
    }
  }

  void check_column_names() const {
    std::set<std::string> seen;
    for (const auto& column : source_.columns) {
      if (seen.insert(ascii_lower(column.name)).second) continue;
      throw invalid("duplicate column name '{}' for table: {}", column.name, table_.name);
    }
  }

  void add_column_vindex(const ColumnVindexDefinition& source) {
    const auto definition = vindexes_.find(source.name);
    if (definition == vindexes_.end()) {
      throw invalid("vindex {} not found for table {}", source.name, table_.name);
    }
    ColumnVindex added;
    added.name = source.name;
    added.columns = columns_of(source);
    added.vindex = keyspace_.vindexes.at(source.name);
    added.owned = is_lookup(*added.vindex) && definition->second.owner == table_.name;
    if (table_.column_vindexes.empty()) check_primary(added);
    table_.column_vindexes.push_back(std::move(added));
  }

  std::vector<std::string> columns_of(const ColumnVindexDefinition& source) const {
    if (source.column.empty()) {
      if (!source.columns.empty()) return source.columns;
      throw invalid("must specify at least one column for vindex ({}) and table ({})", source.name,
                    table_.name);
    }
    if (source.columns.empty()) return {source.column};
    throw invalid("can't use column and columns at the same time in vindex ({}) and table ({})",
                  source.name, table_.name);
  }

  void check_primary(const ColumnVindex& primary) const {
    if (!primary.vindex->is_unique()) {
      throw invalid("primary vindex {} is not Unique for table {}", primary.name, table_.name);
    }
    if (primary.owned) {
      throw invalid("primary vindex {} cannot be owned for table {}", primary.name, table_.name);
    }
  }

  const KeyspaceSchema& keyspace_;
  const std::map<std::string, VindexDefinition>& vindexes_;
  const TableDefinition& source_;
  Table table_;
};

Table undeclared_table(const KeyspaceSchema& keyspace, const std::string& name) {
  Table table;
  table.keyspace = keyspace.name;
  table.name = name;
  table.sharded = keyspace.sharded;
  return table;
}

Error table_not_found(const std::string& table) {
  return Error(Errc::not_found, fmt::format("table {} not found", table));
}

}  // namespace

KeyspaceSchema build_keyspace_schema(const std::string& name, const KeyspaceVSchema& definition) {
  KeyspaceSchema keyspace;
  keyspace.name = name;
  keyspace.sharded = definition.sharded;
  keyspace.require_explicit_routing = definition.require_explicit_routing;
  for (const auto& [vindex_name, vindex] : definition.vindexes) {
    keyspace.vindexes[vindex_name] = create_vindex(vindex.type, vindex.params);
  }
  for (const auto& [table_name, table] : definition.tables) {
    keyspace.tables[table_name] = TableBuilder(keyspace, definition, table_name).build();
  }
  Table dual = undeclared_table(keyspace, "dual");
  dual.type = reference_type;
  keyspace.tables.emplace("dual", std::move(dual));
  return keyspace;
}

VSchema::VSchema(const std::map<std::string, KeyspaceVSchema>& keyspaces) {
  for (const auto& [name, definition] : keyspaces) {
    try {
      keyspaces_[name] = build_keyspace_schema(name, definition);
    } catch (const Error& error) {
      throw error.within("keyspace " + name);
    }
  }
  resolve_sequences();
}

Table VSchema::find_table(const std::string& keyspace, const std::string& table) const {
  if (keyspace.empty()) {
    if (auto found = find_unqualified(table)) return *std::move(found);
    throw table_not_found(table);
  }
  const KeyspaceSchema* schema = find_keyspace(keyspace);
  if (schema == nullptr) {
    throw Error(Errc::not_found, fmt::format("keyspace {} not found in vschema", keyspace));
  }
  const auto found = schema->tables.find(table);
  if (found != schema->tables.end()) return found->second;
  if (schema->sharded) throw table_not_found(table);
  return undeclared_table(*schema, table);
}

const KeyspaceSchema* VSchema::find_keyspace(const std::string& name) const {
  const auto found = keyspaces_.find(name);
  return found == keyspaces_.end() ? nullptr : &found->second;
}

std::optional<Table> VSchema::find_unqualified(const std::string& table) const {
  const Table* unique = nullptr;
  for (const auto& [name, keyspace] : keyspaces_) {
    const auto found = keyspace.tables.find(table);
    if (found == keyspace.tables.end()) continue;
    // Every keyspace has a `dual`; any of them will do.
    if (unique != nullptr && table != "dual") throw invalid("ambiguous table reference: {}", table);
    if (unique == nullptr) unique = &found->second;
  }
  if (unique != nullptr) return *unique;
  if (keyspaces_.size() != 1 || keyspaces_.begin()->second.sharded) return std::nullopt;
  return undeclared_table(keyspaces_.begin()->second, table);
}

void VSchema::resolve_sequences() const {
  for (const auto& [keyspace_name, keyspace] : keyspaces_) {
    for (const auto& [table_name, table] : keyspace.tables) {
      if (!table.auto_increment) continue;
      const std::string& sequence = table.auto_increment->sequence;
      const auto dot = sequence.find('.');
      const bool qualified = dot != std::string::npos;
      try {
        find_table(qualified ? sequence.substr(0, dot) : "",
                   qualified ? sequence.substr(dot + 1) : sequence);
      } catch (const Error& error) {
        throw invalid("keyspace {}: cannot resolve sequence {}: {}", keyspace_name, sequence,
                      error.message());
      }
    }
  }
}

std::size_t find_vindex_for_sharding(const std::string& table,
                                     const std::vector<ColumnVindex>& column_vindexes) {
  if (column_vindexes.empty()) {
    throw Error(Errc::failed_precondition, fmt::format("no vindex definition for table {}", table));
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < column_vindexes.size(); ++i) {
    const Vindex& candidate = *column_vindexes[i].vindex;
    if (!candidate.is_multi_column() && candidate.is_unique() &&
        candidate.cost() < column_vindexes[best].vindex->cost()) {
      best = i;
    }
  }
  if (column_vindexes[best].vindex->is_unique() && column_vindexes[best].vindex->cost() <= 1) {
    return best;
  }
  throw Error(Errc::failed_precondition,
              fmt::format("could not find a vindex to use for sharding table {}", table));
}

}  // namespace shardlab::vindexes
