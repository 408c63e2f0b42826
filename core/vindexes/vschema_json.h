#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/vindexes/vschema.h"

namespace shardlab::vindexes {

/// How the field names of a VSchema document are written.
enum class Spelling {
  snake_case,   ///< `column_vindexes`, `column`: the normal form
  short_snake,  ///< `col_vindexes`, `col`: mid 2016
  camel_case,   ///< `columnVindexes`, `column`: protobuf JSON
  capitalised,  ///< `ColVindexes`, `Col`: the guide
};

/// A document with the spelling it was written in.
struct VSchemaDocument {
  KeyspaceVSchema vschema;
  Spelling spelling = Spelling::snake_case;
};

/// Reads a keyspace's VSchema in any spelling; fields are told apart without regard to case.
/// Nothing is validated beyond the form, see `build_keyspace_schema`.
/// Throws Error: invalid_argument, for a syntax error with `line L, column C`, for an unknown field
/// with its path and the names known there, for a wrong JSON type with the path.
VSchemaDocument parse_vschema(std::string_view json);

/// Prints a VSchema; fields with default values are left out, names are sorted.
/// `indent` is the number of spaces per level, negative for one line. In `snake_case` on one line
/// it is the normal form that is stored in the topology: `{"sharded":true,...}`.
std::string to_json(const KeyspaceVSchema& vschema, Spelling spelling = Spelling::snake_case,
                    int indent = -1);

/// The record a cell serves to its vtgates: `{"keyspaces":{"test_keyspace":{...}}}`.
/// Source: Vitess proto/vschema.proto `SrvVSchema`.
std::string srv_vschema_to_json(const std::map<std::string, KeyspaceVSchema>& keyspaces);
/// Throws Error: corrupt for bytes that are no such record.
std::map<std::string, KeyspaceVSchema> parse_srv_vschema(std::string_view json);

}  // namespace shardlab::vindexes
