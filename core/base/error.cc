#include "core/base/error.h"

namespace shardlab {

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::invalid_argument: return "invalid_argument";
    case Errc::not_found: return "not_found";
    case Errc::already_exists: return "already_exists";
    case Errc::bad_version: return "bad_version";
    case Errc::not_empty: return "not_empty";
    case Errc::lock_lost: return "lock_lost";
    case Errc::unavailable: return "unavailable";
    case Errc::timed_out: return "timed_out";
    case Errc::outcome_unknown: return "outcome_unknown";
    case Errc::cancelled: return "cancelled";
    case Errc::failed_precondition: return "failed_precondition";
    case Errc::read_only: return "read_only";
    case Errc::wrong_shard: return "wrong_shard";
    case Errc::unsupported: return "unsupported";
    case Errc::sql: return "sql";
    case Errc::corrupt: return "corrupt";
  }
  return "unknown";
}

Error::Error(Errc code, std::string message, int sql_errno)
    : code_(code), sql_errno_(sql_errno), message_(std::move(message)) {}

Error Error::within(std::string_view context) const {
  std::string text(context);
  text += ": ";
  text += message_;
  return Error(code_, std::move(text), sql_errno_);
}

void throw_exception_from_error(const Error& error, const boost::source_location&) { throw error; }

}  // namespace shardlab
