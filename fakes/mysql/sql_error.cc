#include "fakes/mysql/sql_error.h"

#include <utility>

namespace shardlab::fakes::mysql {

Error sql_error(int number, std::string sentence) {
  const Errc code = number == 1290   ? Errc::read_only
                    : number == 1064 ? Errc::invalid_argument
                    : number == 1235 ? Errc::unsupported
                                     : Errc::sql;
  return Error(code, std::move(sentence), number);
}

Error as_sql_error(const Error& error) {
  if (error.sql_errno() != 0) return error;
  if (error.code() == Errc::invalid_argument) {
    return sql_error(1064, "You have an error in your SQL syntax; " + error.message());
  }
  if (error.code() == Errc::unsupported) {
    return sql_error(1235, "This version doesn't yet support this; " + error.message());
  }
  return sql_error(1105, error.message());
}

}  // namespace shardlab::fakes::mysql
