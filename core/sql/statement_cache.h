#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/sql/ast.h"

namespace shardlab::sql {

/// Parsed statements by their text, so that the same text is parsed once.
///
/// Full, it forgets everything and starts again: what is asked often is soon back.
/// Source: the query plan caches of vtgate and vttablet.
class StatementCache {
 public:
  /// What `parse` would give; a copy, to be bound and changed. Errors are not kept.
  /// Throws Error like `parse`: invalid_argument, unsupported.
  Statement parse(std::string_view sql);

 private:
  std::map<std::string, Statement, std::less<>> statements_;
};

}  // namespace shardlab::sql
