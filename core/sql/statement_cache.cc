#include "core/sql/statement_cache.h"

#include "core/sql/parser.h"

namespace shardlab::sql {
namespace {

constexpr std::size_t most_statements = 1000;
/// Longer ones carry rows of data and hardly come twice.
constexpr std::size_t longest_text = 500;

}  // namespace

Statement StatementCache::parse(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  Statement statement = sql::parse(sql);
  if (sql.size() > longest_text) return statement;
  if (statements_.size() >= most_statements) statements_.clear();
  return statements_.emplace(std::string(sql), std::move(statement)).first->second;
}

}  // namespace shardlab::sql
