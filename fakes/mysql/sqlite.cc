#include "fakes/mysql/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <utility>

#include "core/base/error.h"
#include "fakes/mysql/collation.h"
#include "fakes/mysql/sql_error.h"

namespace shardlab::fakes::mysql {
namespace {

constexpr std::size_t most_cached_statements = 300;
constexpr std::size_t longest_cached_text = 4000;

[[noreturn]] void fail(int code, const std::string& message) {
  switch (code & 0xff) {
    case SQLITE_FULL: throw sql_error(disk_full, "The table is full");
    case SQLITE_IOERR: throw sql_error(disk_error, "Disk error: " + message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw sql_error(disk_damage, "Table is marked as crashed and should be repaired");
    default: throw BugError(fmt::format("sqlite {}: {}", code, message));
  }
}

struct WholeSum {
  Int128 total;
  std::int64_t count;
};

void sum_step(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto* sum = static_cast<WholeSum*>(sqlite3_aggregate_context(context, sizeof(WholeSum)));
  if (!sum || sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  sum->total += sqlite3_value_int64(arguments[0]);
  if (sqlite3_value_int64(arguments[1])) sum->total += static_cast<Int128>(1) << 63;
  ++sum->count;
}

void sum_final(sqlite3_context* context) {
  const auto* sum = static_cast<WholeSum*>(sqlite3_aggregate_context(context, 0));
  if (!sum || sum->count == 0) {
    sqlite3_result_null(context);
    return;
  }
  const std::string text = print_scaled(sum->total, 0);
  sqlite3_result_blob(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

}  // namespace

void add_functions(sqlite3* handle) {
  sqlite3_create_function(handle, "sum_whole", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                          nullptr, sum_step, sum_final);
}

bool CellRef::is_null() const { return sqlite3_value_type(value_) == SQLITE_NULL; }

std::int64_t CellRef::whole() const { return sqlite3_value_int64(value_); }

double CellRef::real() const { return sqlite3_value_double(value_); }

std::string_view CellRef::bytes() const {
  const auto* data = static_cast<const char*>(sqlite3_value_blob(value_));
  return {data ? data : "", static_cast<std::size_t>(sqlite3_value_bytes(value_))};
}

Cell CellRef::copy() const {
  switch (sqlite3_value_type(value_)) {
    case SQLITE_INTEGER: return whole();
    case SQLITE_FLOAT: return real();
    case SQLITE_NULL: return {};
    default: return std::string(bytes());
  }
}

Query::~Query() {
  if (!cached_) return;
  sqlite3_reset(statement_);
  cached_->in_use = false;
}

void Query::bind(std::span<const Cell> cells, int first) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const int place = first + static_cast<int>(i);
    if (const auto* whole = std::get_if<std::int64_t>(&cells[i])) {
      sqlite3_bind_int64(statement_, place, *whole);
    } else if (const auto* bytes = std::get_if<std::string>(&cells[i])) {
      sqlite3_bind_blob(statement_, place, bytes->data(), static_cast<int>(bytes->size()),
                        SQLITE_STATIC);
    } else if (const auto* real = std::get_if<double>(&cells[i])) {
      sqlite3_bind_double(statement_, place, *real);
    } else {
      sqlite3_bind_null(statement_, place);
    }
  }
}

bool Query::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  fail(code, sqlite3_errmsg(sqlite3_db_handle(statement_)));
}

bool Query::run() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_DONE || code == SQLITE_ROW) return true;
  if ((code & 0xff) == SQLITE_CONSTRAINT) return false;
  fail(code, sqlite3_errmsg(sqlite3_db_handle(statement_)));
}

void Query::reset() { sqlite3_reset(statement_); }

int Query::columns() const { return sqlite3_column_count(statement_); }

CellRef Query::at(int column) const { return CellRef(sqlite3_column_value(statement_, column)); }

// Delegates so that a pragma that throws, on a damaged disk, still ends in the destructor.
Connection::Connection(const std::string& vfs, const std::string& file) : Connection() {
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(file.c_str(), &handle_, flags, vfs.c_str());
  if (code != SQLITE_OK) {
    const std::string message = handle_ ? sqlite3_errmsg(handle_) : "no memory";
    sqlite3_close(handle_);
    handle_ = nullptr;
    fail(code, message);
  }
  sqlite3_extended_result_codes(handle_, 1);
  add_functions(handle_);
  add_collations(handle_);
  for (const std::string_view pragma :
       {"PRAGMA synchronous=full", "PRAGMA temp_store=memory", "PRAGMA secure_delete=off"}) {
    run(pragma);
  }
  forget_statements();
}

Connection::~Connection() {
  forget_statements();
  sqlite3_close(handle_);
}

Query Connection::prepare(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    check(!found->second.in_use, "a prepared statement is used twice at the same time");
    return Query(found->second);
  }
  if (statements_.size() >= most_cached_statements || sql.size() > longest_cached_text) {
    forget_statements();
  }
  CachedStatement cached;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &cached.handle, nullptr);
  if (code != SQLITE_OK) fail(code, fmt::format("{} in {}", sqlite3_errmsg(handle_), sql));
  return Query(statements_.emplace(std::string(sql), cached).first->second);
}

void Connection::run(std::string_view sql, std::span<const Cell> cells) {
  Query query = prepare(sql);
  query.bind(cells);
  while (query.next()) {
  }
}

int Connection::changes() const { return sqlite3_changes(handle_); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

void Connection::forget_statements() {
  for (auto entry = statements_.begin(); entry != statements_.end();) {
    if (entry->second.in_use) {
      ++entry;
    } else {
      sqlite3_finalize(entry->second.handle);
      entry = statements_.erase(entry);
    }
  }
}

}  // namespace shardlab::fakes::mysql
