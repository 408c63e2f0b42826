#include "core/vindexes/vschema_json.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <span>

#include "core/base/ascii.h"
#include "core/base/error.h"

namespace shardlab::vindexes {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// A field of some record with its name in every spelling, in the order of `Spelling`.
struct FieldName {
  std::array<const char*, 4> names;
  const char* normal() const { return names[0]; }
  const char* in(Spelling spelling) const { return names[static_cast<std::size_t>(spelling)]; }
};

constexpr FieldName sharded{{"sharded", "sharded", "sharded", "Sharded"}};
constexpr FieldName require_explicit_routing{{"require_explicit_routing",
                                              "require_explicit_routing", "requireExplicitRouting",
                                              "RequireExplicitRouting"}};
constexpr FieldName vindexes{{"vindexes", "vindexes", "vindexes", "Vindexes"}};
constexpr FieldName tables{{"tables", "tables", "tables", "Tables"}};
constexpr FieldName type{{"type", "type", "type", "Type"}};
constexpr FieldName params{{"params", "params", "params", "Params"}};
constexpr FieldName owner{{"owner", "owner", "owner", "Owner"}};
constexpr FieldName column_vindexes{
    {"column_vindexes", "col_vindexes", "columnVindexes", "ColVindexes"}};
constexpr FieldName auto_increment{
    {"auto_increment", "auto_increment", "autoIncrement", "AutoIncrement"}};
constexpr FieldName columns{{"columns", "columns", "columns", "Columns"}};
constexpr FieldName pinned{{"pinned", "pinned", "pinned", "Pinned"}};
constexpr FieldName column_list_authoritative{
    {"column_list_authoritative", "column_list_authoritative", "columnListAuthoritative",
     "ColumnListAuthoritative"}};
constexpr FieldName column{{"column", "col", "column", "Col"}};
constexpr FieldName name{{"name", "name", "name", "Name"}};
constexpr FieldName sequence{{"sequence", "sequence", "sequence", "Sequence"}};

bool names_field(std::string_view written, const FieldName& field) {
  const std::string lower = ascii_lower(written);
  return std::any_of(field.names.begin(), field.names.end(),
                     [&](const char* spelled) { return ascii_lower(spelled) == lower; });
}

/// One JSON value with its place in the document, for errors.
class Node {
 public:
  Node(const json& value, std::string path) : value_(value), path_(std::move(path)) {}

  /// Refuses every field that is not one of these, and fields given twice in two spellings.
  void allow_only(std::initializer_list<FieldName> known) const {
    require(value_.is_object(), "an object");
    std::vector<std::string> seen;
    for (const auto& item : value_.items()) {
      const auto field = std::find_if(known.begin(), known.end(), [&](const FieldName& candidate) {
        return names_field(item.key(), candidate);
      });
      if (field == known.end()) throw unknown_field(item.key(), known);
      if (std::find(seen.begin(), seen.end(), field->normal()) != seen.end()) {
        throw error(fmt::format("field \"{}\" is given twice", item.key()));
      }
      seen.push_back(field->normal());
    }
  }

  std::string text(const FieldName& field) const {
    const auto node = child(field);
    if (!node) return "";
    node->require(node->value_.is_string(), "a text");
    return node->value_.get<std::string>();
  }

  bool boolean(const FieldName& field) const {
    const auto node = child(field);
    if (!node) return false;
    node->require(node->value_.is_boolean(), "true or false");
    return node->value_.get<bool>();
  }

  template <class T, class Read>
  std::map<std::string, T> map(const FieldName& field, Read read) const {
    std::map<std::string, T> result;
    const auto node = child(field);
    if (!node) return result;
    node->require(node->value_.is_object(), "an object");
    for (const auto& item : node->value_.items()) {
      result[item.key()] = read(Node(item.value(), node->path_ + "." + item.key()));
    }
    return result;
  }

  template <class T, class Read>
  std::vector<T> list(const FieldName& field, Read read) const {
    std::vector<T> result;
    const auto node = child(field);
    if (!node) return result;
    node->require(node->value_.is_array(), "a list");
    for (const json& item : node->value_) {
      result.push_back(read(Node(item, fmt::format("{}[{}]", node->path_, result.size()))));
    }
    return result;
  }

  std::optional<Node> child(const FieldName& field) const {
    for (const auto& item : value_.items()) {
      if (!names_field(item.key(), field) || item.value().is_null()) continue;
      return Node(item.value(), path_.empty() ? item.key() : path_ + "." + item.key());
    }
    return std::nullopt;
  }

  std::string as_text() const {
    require(value_.is_string(), "a text");
    return value_.get<std::string>();
  }

 private:
  void require(bool holds, const char* what) const {
    if (!holds) throw error(fmt::format("must be {}, not {}", what, value_.type_name()));
  }

  Error error(const std::string& sentence) const {
    const std::string place = path_.empty() ? "the document" : path_;
    return Error(Errc::invalid_argument, fmt::format("VSchema: {}: {}", place, sentence));
  }

  Error unknown_field(const std::string& written, std::span<const FieldName> known) const {
    std::string names;
    for (const FieldName& field : known) {
      names += (names.empty() ? "" : ", ") + std::string(field.normal());
    }
    return error(fmt::format("unknown field \"{}\"; known here: {}", written, names));
  }

  const json& value_;
  std::string path_;
};

VindexDefinition read_vindex(const Node& node) {
  node.allow_only({type, params, owner});
  VindexDefinition vindex;
  vindex.type = node.text(type);
  vindex.params = node.map<std::string>(params, [](const Node& n) { return n.as_text(); });
  vindex.owner = node.text(owner);
  return vindex;
}

ColumnVindexDefinition read_column_vindex(const Node& node) {
  node.allow_only({column, columns, name});
  ColumnVindexDefinition column_vindex;
  column_vindex.column = node.text(column);
  column_vindex.columns =
      node.list<std::string>(columns, [](const Node& n) { return n.as_text(); });
  column_vindex.name = node.text(name);
  return column_vindex;
}

ColumnDefinition read_column(const Node& node) {
  node.allow_only({name, type});
  return ColumnDefinition{.name = node.text(name), .type = node.text(type)};
}

AutoIncrementDefinition read_auto_increment(const Node& node) {
  node.allow_only({column, sequence});
  return AutoIncrementDefinition{.column = node.text(column), .sequence = node.text(sequence)};
}

TableDefinition read_table(const Node& node) {
  node.allow_only(
      {type, column_vindexes, auto_increment, columns, pinned, column_list_authoritative});
  TableDefinition table;
  table.type = node.text(type);
  table.column_vindexes = node.list<ColumnVindexDefinition>(column_vindexes, read_column_vindex);
  if (const auto increment = node.child(auto_increment)) {
    table.auto_increment = read_auto_increment(*increment);
  }
  table.columns = node.list<ColumnDefinition>(columns, read_column);
  table.pinned = node.text(pinned);
  table.column_list_authoritative = node.boolean(column_list_authoritative);
  return table;
}

KeyspaceVSchema read_keyspace(const Node& node) {
  node.allow_only({sharded, require_explicit_routing, vindexes, tables});
  KeyspaceVSchema keyspace;
  keyspace.sharded = node.boolean(sharded);
  keyspace.require_explicit_routing = node.boolean(require_explicit_routing);
  keyspace.vindexes = node.map<VindexDefinition>(vindexes, read_vindex);
  keyspace.tables = node.map<TableDefinition>(tables, read_table);
  return keyspace;
}

json parse_json(std::string_view text) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    // `byte` counts from 1 and points at, or one past, the last byte read.
    const std::size_t at = std::min(error.byte > 0 ? error.byte - 1 : 0, text.size());
    const std::string_view before = text.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    const std::string what = error.what();
    const auto detail = what.find("syntax error");
    throw Error(Errc::invalid_argument,
                fmt::format("VSchema: line {}, column {}: {}", line, at - line_start + 1,
                            detail == std::string::npos ? what : what.substr(detail)));
  }
}

bool mentions(const json& value, std::initializer_list<FieldName> fields, Spelling spelling) {
  for (const auto& item : value.items()) {
    for (const FieldName& field : fields) {
      if (item.key() == field.in(spelling) && item.key() != field.normal()) return true;
    }
    if (item.value().is_structured() && mentions(item.value(), fields, spelling)) return true;
  }
  return false;
}

// The spelling is told by names that occur in no other; without any the normal form is taken.
Spelling spelling_of(const json& document) {
  for (Spelling spelling : {Spelling::capitalised, Spelling::camel_case, Spelling::short_snake}) {
    if (mentions(document,
                 {sharded, require_explicit_routing, vindexes, tables, column_vindexes,
                  auto_increment, column_list_authoritative, column},
                 spelling)) {
      return spelling;
    }
  }
  return Spelling::snake_case;
}

/// Prints records in one spelling, leaving out default values.
class Writer {
 public:
  explicit Writer(Spelling spelling) : spelling_(spelling) {}

  ordered_json keyspace(const KeyspaceVSchema& vschema) const {
    ordered_json out = ordered_json::object();
    put(out, sharded, vschema.sharded);
    put(out, require_explicit_routing, vschema.require_explicit_routing);
    for (const auto& [key, vindex] : vschema.vindexes) {
      out[vindexes.in(spelling_)][key] = vindex_json(vindex);
    }
    for (const auto& [key, table] : vschema.tables) {
      out[tables.in(spelling_)][key] = table_json(table);
    }
    return out;
  }

 private:
  template <class T>
  void put(ordered_json& out, const FieldName& field, const T& value) const {
    if (value != T()) out[field.in(spelling_)] = value;
  }

  ordered_json vindex_json(const VindexDefinition& vindex) const {
    ordered_json out = ordered_json::object();
    put(out, type, vindex.type);
    put(out, params, vindex.params);
    put(out, owner, vindex.owner);
    return out;
  }

  ordered_json table_json(const TableDefinition& table) const {
    ordered_json out = ordered_json::object();
    put(out, type, table.type);
    for (const auto& item : table.column_vindexes) {
      ordered_json entry = ordered_json::object();
      put(entry, column, item.column);
      put(entry, columns, item.columns);
      put(entry, name, item.name);
      out[column_vindexes.in(spelling_)].push_back(std::move(entry));
    }
    if (table.auto_increment) {
      ordered_json entry = ordered_json::object();
      put(entry, column, table.auto_increment->column);
      put(entry, sequence, table.auto_increment->sequence);
      out[auto_increment.in(spelling_)] = std::move(entry);
    }
    for (const auto& item : table.columns) {
      ordered_json entry = ordered_json::object();
      put(entry, name, item.name);
      put(entry, type, item.type);
      out[columns.in(spelling_)].push_back(std::move(entry));
    }
    put(out, pinned, table.pinned);
    put(out, column_list_authoritative, table.column_list_authoritative);
    return out;
  }

  Spelling spelling_;
};

}  // namespace

VSchemaDocument parse_vschema(std::string_view text) {
  const json document = parse_json(text);
  VSchemaDocument result;
  result.vschema = read_keyspace(Node(document, ""));
  result.spelling = spelling_of(document);
  return result;
}

std::string to_json(const KeyspaceVSchema& vschema, Spelling spelling, int indent) {
  return Writer(spelling).keyspace(vschema).dump(indent);
}

std::string srv_vschema_to_json(const std::map<std::string, KeyspaceVSchema>& keyspaces) {
  ordered_json out;
  out["keyspaces"] = ordered_json::object();
  for (const auto& [name, vschema] : keyspaces) {
    out["keyspaces"][name] = Writer(Spelling::snake_case).keyspace(vschema);
  }
  return out.dump();
}

std::map<std::string, KeyspaceVSchema> parse_srv_vschema(std::string_view text) {
  constexpr FieldName keyspaces{{"keyspaces", "keyspaces", "keyspaces", "keyspaces"}};
  try {
    const json document = parse_json(text);
    const Node node(document, "");
    node.allow_only({keyspaces});
    return node.map<KeyspaceVSchema>(keyspaces, read_keyspace);
  } catch (const Error& error) {
    throw Error(Errc::corrupt, error.within("SrvVSchema").message());
  }
}

}  // namespace shardlab::vindexes
