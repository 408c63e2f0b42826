#pragma once

#include <boost/system/result.hpp>
#include <exception>
#include <string>
#include <string_view>

namespace shardlab {

/// What went wrong, as far as a caller reacts to it. A new code needs a caller that reacts to it.
enum class Errc {
  invalid_argument,     ///< the request can never succeed as it stands
  not_found,            ///< the node, table, shard ... is not there
  already_exists,       ///< it is there already
  bad_version,          ///< compare-and-set lost against another writer
  not_empty,            ///< a directory or shard still has content
  lock_lost,            ///< the topology lock is no longer held
  unavailable,          ///< the request had no effect; another try may succeed
  timed_out,            ///< no answer within the deadline; the effect is unknown
  outcome_unknown,      ///< the connection broke after the request was sent
  cancelled,            ///< the caller gave up
  failed_precondition,  ///< the state of the system does not allow it (not serving, wrong step)
  read_only,            ///< MySQL errno 1290
  wrong_shard,          ///< stale routing: the tablet is not of that keyspace, shard or type
  unsupported,          ///< a statement or option outside the supported subset
  sql,                  ///< any other MySQL error; look at `sql_errno()`
  corrupt,              ///< stored bytes could not be decoded
};

std::string_view to_string(Errc code);

/// The one error type: a code, a sentence, and the chain of what was being done.
/// Thrown between the steps of an operation; returned as `Result<T>` where the caller branches.
class Error : public std::exception {
 public:
  /// What `Result::error()` gives when there is none.
  Error() : Error(Errc::invalid_argument, "no error") {}
  Error(Errc code, std::string message, int sql_errno = 0);

  Errc code() const { return code_; }
  /// The whole sentence, outermost context first: `"cannot read keyspace ks: node doesn't exist:
  /// ..."`.
  const std::string& message() const { return message_; }
  /// MySQL error number (1062, 1290, 2013 ...), or 0.
  int sql_errno() const { return sql_errno_; }
  const char* what() const noexcept override { return message_.c_str(); }

  /// The same error with `"<context>: "` in front.
  Error within(std::string_view context) const;

 private:
  Errc code_;
  int sql_errno_;
  std::string message_;
};

template <class T>
using Result = boost::system::result<T, Error>;

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

/// A broken invariant of the program itself: "bug in the system under test". Only the runner
/// catches it.
class BugError : public std::exception {
 public:
  explicit BugError(std::string text) : text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

/// On in all builds. Throws BugError when the condition does not hold.
inline void check(bool condition, const char* text) {
  if (!condition) throw BugError(text);
}

}  // namespace shardlab
