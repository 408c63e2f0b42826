#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/time.h"

namespace shardlab::fakes::guestbook {

enum class OperationKind { read, insert };

/// What the client knows of an operation in the end.
enum class Outcome {
  pending,       ///< no answer yet
  acknowledged,  ///< a write was committed
  refused,       ///< a write certainly had no effect
  unknown,       ///< a write may or may not have happened
  ok,            ///< a read got its rows
  failed,        ///< a read got none
};

std::string_view to_string(OperationKind kind);
std::string_view to_string(Outcome outcome);

struct Message {
  Message() = default;
  Message(std::string text, std::uint64_t time_created_ns)
      : text(std::move(text)), time_created_ns(time_created_ns) {}
  std::string text;
  std::uint64_t time_created_ns = 0;
  friend bool operator==(const Message&, const Message&) = default;
};

/// One thing a client did: what it asked, when, and what it was told. Its times are the world's,
/// whatever the client's clock says; that of its message is the client's.
struct Operation {
  Operation() = default;
  std::uint64_t id = 0;  ///< from 1
  std::string client;    ///< `"guestbook-1"`
  OperationKind kind = OperationKind::read;
  std::string tablet_type;  ///< `"master"`, `"replica"`
  std::uint64_t page = 0;
  Message message;               ///< of a write
  std::uint64_t after_write = 0;  ///< of a read: the id of the write it reads back, or 0
  TimePoint invoked_at;
  TimePoint ended_at;
  Outcome outcome = Outcome::pending;
  std::string error;
  std::vector<Message> rows;  ///< what a read saw, in its order
};

/// Numbers about the operations that were invoked in some span of time.
struct LedgerSummary {
  std::uint64_t reads_ok = 0;
  std::uint64_t reads_failed = 0;
  std::uint64_t writes_acknowledged = 0;
  std::uint64_t writes_refused = 0;
  std::uint64_t writes_unknown = 0;
  std::uint64_t pending = 0;
  Duration p50{0};  ///< of the time from invocation to answer, of all that ended
  Duration p99{0};
  /// Longest time without an acknowledgement, from the first write on to the end of the last one.
  Duration longest_write_gap{0};
};

/// What all Guestbook clients of a world did. It belongs to the observer: it outlives the clients'
/// processes and is never asked by the system under test.
class Ledger {
 public:
  /// Takes up an operation that begins now; gives its id. `id`, `outcome` and what comes with the
  /// answer are set here.
  std::uint64_t invoke(Operation operation);
  /// A write whose text is drawn from its id: `"hello-0412"`, unique in this ledger.
  std::uint64_t invoke_hello(Operation operation);
  void end(std::uint64_t id, Outcome outcome, TimePoint at, std::string error = "",
           std::vector<Message> rows = {});
  /// The client is gone: its pending writes become unknown, its pending reads failed.
  void abandon(const std::string& client, TimePoint at);

  /// `now`, or the next nanosecond that no message of the page has.
  std::uint64_t unique_time(std::uint64_t page, TimePoint now);

  const Operation& operation(std::uint64_t id) const;
  /// By id.
  const std::vector<Operation>& operations() const { return operations_; }
  /// Over what was invoked in [from, to).
  LedgerSummary summary(TimePoint from = TimePoint::min(), TimePoint to = TimePoint::max()) const;

 private:
  std::vector<Operation> operations_;
  std::map<std::uint64_t, std::uint64_t> last_time_of_page_;
};

/// What an error says about a write: before COMMIT was sent nothing can have happened.
Outcome classify_write(const Error& error, bool commit_was_sent);

}  // namespace shardlab::fakes::guestbook
