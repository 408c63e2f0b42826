#pragma once

#include <array>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/env.h"
#include "core/vtgate/conn.h"
#include "fakes/disturbances.h"
#include "fakes/guestbook/ledger.h"
#include "sim/host.h"

namespace shardlab::fakes::guestbook {

struct GuestbookOptions {
  GuestbookOptions() = default;
  std::string client = "guestbook-1";  ///< its name in the ledger
  std::string keyspace = "test_keyspace";
  std::vector<std::string> vtgates;  ///< `"10.64.0.20:15991"`; each request picks one
  Duration timeout = 10s;            ///< of a whole request
  std::size_t max_in_flight = 1000;  ///< an arrival beyond it fails at once
  /// What visitors do that is out of the ordinary; may be null.
  std::shared_ptr<Disturbances> disturbances{};
};

/// Visitors that come by at a constant rate, whether they are answered or not.
struct Load {
  Load() = default;
  std::uint64_t rate_per_s = 20;
  std::uint64_t writes_per_mille = 0;
  std::uint64_t first_page = 0;
  std::uint64_t pages = 100;
  std::vector<std::uint64_t> page_list{};  ///< instead of `pages` in a row, when there is one
  std::string read_type = "replica";
  /// Of one life of the Guestbook; then nobody comes any more.
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t page_count() const { return page_list.empty() ? pages : page_list.size(); }
  std::uint64_t page(std::uint64_t i) const {
    return page_list.empty() ? first_page + i : page_list[i];
  }
};

/// A request was answered, or given up.
struct GuestbookAnswered {
  static constexpr std::string_view kind = "GuestbookAnswered";
  const Operation& operation;
  std::array<EventField, 7> fields() const {
    return {{{"id", operation.id},
             {"operation", to_string(operation.kind)},
             {"page", operation.page},
             {"message", operation.message.text},
             {"outcome", to_string(operation.outcome)},
             {"rows", static_cast<std::uint64_t>(operation.rows.size())},
             {"error", operation.error}}};
  }
};

/// The Guestbook of the guide with its visitors: lists pages, and pushes messages in a transaction
/// on the primary, after which it lists the page from there.
/// Source: Vitess examples/kubernetes/guestbook/main.py.
class Guestbook final : public sim::Program {
 public:
  /// What an earlier incarnation left pending is settled in the ledger, which must outlive this.
  Guestbook(sim::Process& process, Env env, GuestbookOptions options, Ledger& ledger);

  Task<> run() override;

  /// From now on visitors come; replaces the load there was.
  void start_load(Load load);
  /// No more visitors come; requests under way are finished.
  void stop_load();

  /// One visitor pushes a message (`/rpush/guestbook/PAGE/MESSAGE`). Gives the ledger's id.
  std::uint64_t post(std::uint64_t page, std::string message);
  /// The same with a message that nobody else leaves.
  std::uint64_t post_hello(std::uint64_t page);
  /// One visitor lists a page (`/lrange/guestbook/PAGE`). Gives the ledger's id.
  std::uint64_t list(std::uint64_t page, std::string tablet_type = "replica");

  /// One visitor begins a transaction, pushes a message of its own, and commits only when `release`
  /// is set. Gives the ledger's id.
  std::uint64_t post_slowly(std::uint64_t page, std::shared_ptr<Event> release);
  /// Where the visitors of the load come; 0 without one.
  std::uint64_t first_page() const { return load_ ? load_->page(0) : 0; }

  std::size_t in_flight() const { return in_flight_; }

 private:
  Task<> generate();
  void arrive(const Load& load);
  std::uint64_t begin_push(Operation operation, bool with_text);
  std::uint64_t begin_list(Operation operation);
  Operation operation_on(std::uint64_t page, OperationKind kind, std::string tablet_type) const;
  bool is_overloaded(std::uint64_t id);
  Task<> push(std::uint64_t id, std::shared_ptr<Event> release);
  Task<> write_message(vtgate::VtGateConn& conn, Operation operation, TimePoint deadline,
                       std::shared_ptr<Event> release, bool& commit_was_sent);
  /// Between two statements: how long a visitor takes.
  Duration dawdling();
  std::int64_t disturbance(Disturbance kind) const;
  Task<> read_page(std::uint64_t id, TimePoint deadline);
  Task<> list_and_leave(std::uint64_t id);
  Task<> push_and_leave(std::uint64_t id, std::shared_ptr<Event> release);
  std::string pick_vtgate();
  Duration left_until(TimePoint deadline) const;
  void settle(std::uint64_t id, Outcome outcome, std::string error = "",
              std::vector<Message> rows = {});

  sim::Process& process_;
  Env env_;
  GuestbookOptions options_;
  Ledger& ledger_;
  std::optional<Load> load_;
  std::uint64_t load_number_ = 0;
  Condition load_changed_;
  std::size_t in_flight_ = 0;
  std::uint64_t arrivals_ = 0;
};

}  // namespace shardlab::fakes::guestbook
