#pragma once

#include <string>
#include <string_view>

#include "core/sql/ast.h"

namespace shardlab::sql {

/// The statement as MySQL text, keywords in lower case, comments at the end; parses back to the
/// same: `insert into messages(page, message) values (1, 'x') /* vtgate:: keyspace_id:166b */`.
/// Source: the look of Vitess go/vt/sqlparser `String`.
std::string to_string(const Statement& statement);

std::string to_string(const Expr& expr);

/// `messages`, `` `order` ``, `` `odd name` ``: backquotes only where they are needed.
std::string quote_name(std::string_view name);

/// `messages` or `vt_test_keyspace.messages`.
std::string to_string(const TableName& table);

}  // namespace shardlab::sql
