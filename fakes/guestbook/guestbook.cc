#include "fakes/guestbook/guestbook.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/key/error_of.h"
#include "core/vindexes/vindex.h"
#include "sim/world.h"

namespace shardlab::fakes::guestbook {
namespace {

constexpr const char* list_sql =
    "SELECT message, time_created_ns FROM messages WHERE page = :page ORDER BY time_created_ns";
constexpr const char* push_sql =
    "INSERT INTO messages (page, time_created_ns, message) "
    "VALUES (:page, :time_created_ns, :message)";

std::vector<Message> messages_of(const QueryResult& result) {
  std::vector<Message> messages;
  messages.reserve(result.rows.size());
  for (RowWalk walk(result.rows); walk.next();) {
    const std::string_view text = walk.value().value_or("");
    const auto time_created_ns = vindexes::parse_uint64(walk.value().value_or(""));
    check(time_created_ns.has_value(), "a message without a time");
    messages.emplace_back(std::string(text), *time_created_ns);
  }
  return messages;
}

/// `"huge-412-xxxx"`, unique in a ledger.
std::string huge_text(std::uint64_t id, std::size_t size) {
  std::string text = fmt::format("huge-{}-", id);
  if (text.size() < size) text.resize(size, 'x');
  return text;
}

}  // namespace

Guestbook::Guestbook(sim::Process& process, Env env, GuestbookOptions options, Ledger& ledger)
    : process_(process), env_(std::move(env)), options_(std::move(options)), ledger_(ledger) {
  ledger_.abandon(options_.client, process_.world().now());
}

Task<> Guestbook::run() {
  for (;;) {
    if (load_) {
      co_await generate();
    } else {
      co_await load_changed_.wait();
    }
  }
}

void Guestbook::start_load(Load load) {
  check(load.rate_per_s > 0 && load.page_count() > 0, "a load has a rate and pages");
  load_ = std::move(load);
  ++load_number_;
  load_changed_.notify_all();
}

void Guestbook::stop_load() {
  load_.reset();
  ++load_number_;
  load_changed_.notify_all();
}

Task<> Guestbook::generate() {
  const Load load = *load_;
  const std::uint64_t number = load_number_;
  const std::uint64_t spacing_ns = std::max<std::uint64_t>(1'000'000'000 / load.rate_per_s, 1);
  TimePoint slot = env_.clock.now();
  while (number == load_number_ && arrivals_ < load.most) {
    const std::uint64_t jitter_ns = env_.random.below("guestbook.jitter", spacing_ns);
    const TimePoint at = slot + Duration(static_cast<std::int64_t>(jitter_ns));
    const TimePoint deadline = env_.clock.deadline(std::max(at - env_.clock.now(), Duration(0)));
    bool changed = co_await load_changed_.wait_until(deadline);
    if (changed) continue;
    const std::int64_t times = std::max<std::int64_t>(disturbance(Disturbance::rush), 1);
    for (std::int64_t i = 0; i < times; ++i) arrive(load);
    if (times > 1) options_.disturbances->count(Disturbance::rush, std::uint64_t(times - 1));
    slot += Duration(static_cast<std::int64_t>(spacing_ns));
  }
  if (number == load_number_) stop_load();
}

void Guestbook::arrive(const Load& load) {
  ++arrivals_;
  const bool is_write = env_.random.below("guestbook.kind", 1000) < load.writes_per_mille;
  std::uint64_t page = load.page(env_.random.below("guestbook.page", load.page_count()));
  if (options_.disturbances && options_.disturbances->take(Disturbance::hot_page)) {
    page = load.page(0);
  }
  if (is_write) {
    post_hello(page);
  } else {
    list(page, load.read_type);
  }
}

std::uint64_t Guestbook::post(std::uint64_t page, std::string message) {
  Operation operation = operation_on(page, OperationKind::insert, "master");
  operation.message.text = std::move(message);
  return begin_push(std::move(operation), true);
}

std::uint64_t Guestbook::post_hello(std::uint64_t page) {
  Operation operation = operation_on(page, OperationKind::insert, "master");
  const std::int64_t size = disturbance(Disturbance::huge_message);
  if (size == 0) return begin_push(std::move(operation), false);
  options_.disturbances->count(Disturbance::huge_message);
  operation.message.text = huge_text(ledger_.operations().size() + 1, std::size_t(size));
  return begin_push(std::move(operation), true);
}

std::uint64_t Guestbook::list(std::uint64_t page, std::string tablet_type) {
  return begin_list(operation_on(page, OperationKind::read, std::move(tablet_type)));
}

Operation Guestbook::operation_on(std::uint64_t page, OperationKind kind,
                                  std::string tablet_type) const {
  Operation operation;
  operation.client = options_.client;
  operation.kind = kind;
  operation.tablet_type = std::move(tablet_type);
  operation.page = page;
  operation.invoked_at = process_.world().now();
  return operation;
}

std::uint64_t Guestbook::begin_push(Operation operation, bool with_text) {
  operation.message.time_created_ns = ledger_.unique_time(operation.page, env_.clock.now());
  const std::uint64_t id =
      with_text ? ledger_.invoke(std::move(operation)) : ledger_.invoke_hello(std::move(operation));
  if (!is_overloaded(id)) process_.background().spawn(push_and_leave(id, nullptr));
  return id;
}

std::uint64_t Guestbook::post_slowly(std::uint64_t page, std::shared_ptr<Event> release) {
  Operation operation = operation_on(page, OperationKind::insert, "master");
  operation.message.time_created_ns = ledger_.unique_time(page, env_.clock.now());
  const std::uint64_t id = ledger_.invoke_hello(std::move(operation));
  if (!is_overloaded(id)) process_.background().spawn(push_and_leave(id, std::move(release)));
  return id;
}

std::int64_t Guestbook::disturbance(Disturbance kind) const {
  return options_.disturbances ? options_.disturbances->amount(kind) : 0;
}

Duration Guestbook::dawdling() {
  const Duration time(disturbance(Disturbance::slow_client));
  if (time > Duration(0)) options_.disturbances->count(Disturbance::slow_client);
  return time;
}

std::uint64_t Guestbook::begin_list(Operation operation) {
  const std::uint64_t id = ledger_.invoke(std::move(operation));
  if (!is_overloaded(id)) process_.background().spawn(list_and_leave(id));
  return id;
}

bool Guestbook::is_overloaded(std::uint64_t id) {
  if (in_flight_ < options_.max_in_flight) {
    ++in_flight_;
    return false;
  }
  const bool is_read = ledger_.operation(id).kind == OperationKind::read;
  settle(id, is_read ? Outcome::failed : Outcome::refused, "too many requests in flight");
  return true;
}

Task<> Guestbook::push_and_leave(std::uint64_t id, std::shared_ptr<Event> release) {
  co_await push(id, std::move(release));
  --in_flight_;
}

Task<> Guestbook::list_and_leave(std::uint64_t id) {
  co_await read_page(id, env_.clock.now() + options_.timeout);
  --in_flight_;
}

Task<> Guestbook::push(std::uint64_t id, std::shared_ptr<Event> release) {
  const TimePoint deadline = env_.clock.now() + options_.timeout;
  const bool takes_its_time = release || disturbance(Disturbance::slow_client) > 0;
  vtgate::VtGateConn conn(env_.rpc, pick_vtgate(), options_.keyspace + "@master");
  bool commit_was_sent = false;
  auto written = co_await capture(
      write_message(conn, ledger_.operation(id), deadline, release, commit_was_sent));
  if (!written) {
    const Error error = error_of(written);
    settle(id, classify_write(error, commit_was_sent), error.message());
    // The tablet would do it by itself after its transaction timeout.
    if (conn.in_transaction()) co_await capture(conn.rollback(1s));
    co_return;
  }
  settle(id, Outcome::acknowledged);
  Operation read_back = operation_on(ledger_.operation(id).page, OperationKind::read, "master");
  read_back.after_write = id;
  TimePoint end = deadline;
  if (takes_its_time) end = env_.clock.now() + options_.timeout;
  co_await read_page(ledger_.invoke(std::move(read_back)), end);
}

Task<> Guestbook::write_message(vtgate::VtGateConn& conn, Operation operation, TimePoint deadline,
                                std::shared_ptr<Event> release, bool& commit_was_sent) {
  sql::BindVariables variables;
  variables["page"] = Value::of_uint(operation.page);
  variables["time_created_ns"] = Value::of_uint(operation.message.time_created_ns);
  variables["message"] = Value::of_text(operation.message.text);
  co_await conn.begin(left_until(deadline));
  Duration dawdled = dawdling();
  if (dawdled > Duration(0)) co_await env_.clock.sleep(dawdled);
  co_await conn.execute(push_sql, std::move(variables), left_until(deadline + dawdled));
  const Duration more = dawdling();
  if (more > Duration(0)) co_await env_.clock.sleep(more);
  dawdled += more;
  if (release) {
    co_await release->wait();
    deadline = env_.clock.now() + options_.timeout;
  }
  deadline += dawdled;
  commit_was_sent = true;
  co_await conn.commit(left_until(deadline));
}

Task<> Guestbook::read_page(std::uint64_t id, TimePoint deadline) {
  const std::string type = ledger_.operation(id).tablet_type;
  vtgate::VtGateConn conn(env_.rpc, pick_vtgate(), options_.keyspace + "@" + type);
  sql::BindVariables variables;
  variables["page"] = Value::of_uint(ledger_.operation(id).page);
  auto result =
      co_await capture(conn.execute(list_sql, std::move(variables), left_until(deadline)));
  if (result) {
    settle(id, Outcome::ok, "", messages_of(*result));
  } else {
    settle(id, Outcome::failed, error_of(result).message());
  }
}

std::string Guestbook::pick_vtgate() {
  check(!options_.vtgates.empty(), "a guestbook knows a vtgate");
  return options_.vtgates[env_.random.below("guestbook.vtgate", options_.vtgates.size())];
}

Duration Guestbook::left_until(TimePoint deadline) const {
  return std::max(deadline - env_.clock.now(), Duration(1));
}

void Guestbook::settle(std::uint64_t id, Outcome outcome, std::string error,
                       std::vector<Message> rows) {
  ledger_.end(id, outcome, process_.world().now(), std::move(error), std::move(rows));
  env_.events.emit(GuestbookAnswered{ledger_.operation(id)});
}

}  // namespace shardlab::fakes::guestbook
