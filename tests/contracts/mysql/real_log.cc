#include <mysql.h>
// Says nothing without the one above.
#include <map>
#include <mariadb_rpl.h>
#include <stdexcept>

#include "tests/contracts/mysql/real.h"
#include "tests/contracts/mysql/row_event.h"

namespace shardlab::contracts {
namespace {

/// libmariadb brings the events; what it makes of rows is not used, because it gives up on some.
class LogReader {
 public:
  LogReader(MYSQL* connection, const std::string& file, unsigned long position)
      : connection_(connection), log_(mariadb_rpl_init(connection)) {
    constexpr unsigned int non_blocking = 1;
    mysql_query(connection, "SET @mariadb_slave_capability = 4");
    mariadb_rpl_optionsv(log_, MARIADB_RPL_SERVER_ID, 77);
    mariadb_rpl_optionsv(log_, MARIADB_RPL_FILENAME, file.c_str(), file.size());
    mariadb_rpl_optionsv(log_, MARIADB_RPL_START, position);
    mariadb_rpl_optionsv(log_, MARIADB_RPL_FLAGS, non_blocking);
    if (mariadb_rpl_open(log_) != 0) throw std::runtime_error(mysql_error(connection));
  }
  ~LogReader() {
    mariadb_rpl_close(log_);
    mysql_close(connection_);
  }
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;

  std::vector<LoggedTransaction> read() {
    MARIADB_RPL_EVENT* event = nullptr;
    while ((event = mariadb_rpl_fetch(log_, event)) != nullptr) take(*event);
    return std::move(transactions_);
  }

 private:
  void take(const MARIADB_RPL_EVENT& event) {
    constexpr std::size_t header = 19;
    const std::size_t begin = event.raw_data_ofs + header;
    if (event.raw_data_size < begin) return;
    const std::string_view body(reinterpret_cast<const char*>(event.raw_data) + begin,
                                event.raw_data_size - begin);
    switch (event.event_type) {
      case GTID_EVENT: is_new_ = true; break;
      case TABLE_MAP_EVENT: maps_[table_id_of(body)] = parse_table_map(body); break;
      case WRITE_ROWS_EVENT_V1: add(body, RowEventKind::insert); break;
      case UPDATE_ROWS_EVENT_V1: add(body, RowEventKind::update); break;
      case DELETE_ROWS_EVENT_V1: add(body, RowEventKind::remove); break;
      default: break;
    }
  }

  void add(std::string_view body, RowEventKind kind) {
    const TableMap& map = maps_.at(table_id_of(body));
    if (map.database != "ks") return;
    if (is_new_) transactions_.emplace_back();
    is_new_ = false;
    for (LoggedChange& change : parse_rows(body, kind, map)) {
      transactions_.back().push_back(std::move(change));
    }
  }

  MYSQL* connection_;
  MARIADB_RPL* log_;
  std::map<std::uint64_t, TableMap> maps_;
  std::vector<LoggedTransaction> transactions_;
  bool is_new_ = true;
};

}  // namespace

std::vector<LoggedTransaction> read_real_log(MYSQL* connection, const std::string& file,
                                             unsigned long position) {
  return LogReader(connection, file, position).read();
}

}  // namespace shardlab::contracts
