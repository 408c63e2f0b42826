#include "tests/contracts/mysql/random_script.h"

#include <array>
#include <fmt/format.h>
#include <set>
#include <string_view>

namespace shardlab::contracts {
namespace {

struct Column {
  std::string_view name;
  std::vector<std::string_view> literals;
  bool is_number = false;
};

struct Table {
  std::string_view create;
  std::vector<Column> columns;
  std::string_view order;  ///< by which its rows are told apart
};

const std::vector<std::string_view> texts{"'a'", "'A'", "'b'", "'B '", "'ab'",  "''",   "'a '",
                                          "'ä'", "'ß'", "'S'", "'a!'", "'\\t'", "'z€'", "'Ab'"};
const std::vector<std::string_view> small{"0",    "1",   "2",   "3",   "-1",  "127",
                                          "-128", "128", "'2'", "1.5", "NULL"};
const std::vector<std::string_view> big{"0",
                                        "1",
                                        "2",
                                        "9223372036854775807",
                                        "9223372036854775808",
                                        "18446744073709551614",
                                        "18446744073709551615",
                                        "18446744073709551616",
                                        "-1"};

const std::vector<Table>& tables() {
  static const std::vector<Table> all{
      {"CREATE TABLE t (page BIGINT UNSIGNED, ns BIGINT UNSIGNED, m VARCHAR(3), "
       "PRIMARY KEY (page, ns))",
       {{"page", big, true}, {"ns", {"0", "1", "2", "18446744073709551615"}, true}, {"m", texts}},
       "page, ns"},
      {"CREATE TABLE t (k VARCHAR(3) COLLATE utf8mb4_general_ci PRIMARY KEY, n TINYINT)",
       {{"k", texts}, {"n", small, true}},
       "k"},
      {"CREATE TABLE t (n TINYINT, k VARCHAR(3), PRIMARY KEY (k), UNIQUE KEY (n))",
       {{"n", small, true}, {"k", texts}},
       "k"},
      {"CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, u TINYINT, "
       "d DECIMAL(5,2) NOT NULL, UNIQUE KEY (u))",
       {{"id", {"NULL", "0", "1", "2", "3", "7", "100"}, true},
        {"u", small, true},
        {"d", {"0", "1.005", "-2.5", "999.99", "999.995", "'3'", "NULL"}, true}},
       "id"},
      {"CREATE TABLE t (a TINYINT, b VARCHAR(3))",
       {{"a", small, true}, {"b", {"'a'", "'A'", "'b'", "''", "'ä'", "'ab'", "NULL"}}},
       "a, b"},
      {"CREATE TABLE t (e ENUM('x','b','a'), b SMALLINT UNSIGNED, a VARBINARY(2), "
       "PRIMARY KEY (a, b), UNIQUE KEY eb (e, b))",
       {{"e", {"'x'", "'a'", "'b'", "NULL", "'none'"}},
        {"b", {"0", "1", "65535", "65536", "2"}, true},
        {"a", {"'a'", "'A'", "'a '", "x'00'", "x'ff'", "''", "'abc'"}}},
       "a, b"},
      {"CREATE TABLE t (at DATETIME PRIMARY KEY, w DECIMAL(30,10), s VARCHAR(3) COLLATE "
       "utf8mb4_general_ci, KEY (s))",
       {{"at", {"'2026-01-01 00:00:00'", "'2026-01-02'", "'2025-12-31 23:59:59'", "'2026-02-30'"}},
        {"w", {"0", "-1", "12345678901234567890.5", "-12345678901234567890.5", "1e3", "2"}, true},
        {"s", texts}},
       "at"},
      {"CREATE TABLE t (x INT UNSIGNED, b BIT(4), f DOUBLE, d DATE, y DECIMAL(4,1) UNSIGNED, "
       "PRIMARY KEY (b, d), UNIQUE KEY (f, x))",
       {{"x", {"0", "1", "4294967295", "4294967296", "'7'", "NULL", "2.5"}, true},
        {"b", {"0", "1", "15", "16", "b'101'", "2"}},
        {"f", {"0", "-1.5", "1e20", "0.1", "NULL", "'2.5'", "'x'", "-0.0"}, true},
        {"d",
         {"'2026-01-01'", "'2024-02-29'", "'2026-01-02'", "'2026-13-01'", "'2026-01-02 03:04:05'"}},
        {"y", {"0", "1.25", "999.9", "1000", "-1", "NULL"}, true}},
       "b, d"},
      {"CREATE TABLE t (c CHAR(2), v VARCHAR(2) COLLATE utf8mb4_general_ci NOT NULL, "
       "s SMALLINT NOT NULL DEFAULT 7, PRIMARY KEY (v, c), KEY (s))",
       {{"c", texts}, {"v", texts}, {"s", {"0", "-5", "32767", "NULL", "'12x'"}, true}},
       "v, c"},
  };
  return all;
}

/// Takes choices apart into the parts of statements on one table.
class Writer {
 public:
  explicit Writer(const Table& table) : table_(table) {}

  std::string statement(const Choice& choice) const;
  static bool is_transaction(const Choice& choice) { return choice.kind % kinds >= first_of_those; }

 private:
  static constexpr std::uint32_t kinds = 18;
  static constexpr std::uint32_t first_of_those = 12;

  const Column& column(std::uint32_t number) const {
    return table_.columns[number % table_.columns.size()];
  }
  static std::string_view literal(const Column& column, std::uint32_t number) {
    return column.literals[number % column.literals.size()];
  }
  std::string row(std::uint32_t number) const {
    std::string text;
    for (const Column& each : table_.columns) {
      text += fmt::format("{}{}", text.empty() ? "(" : ", ", literal(each, number));
      number = number / 3 + 5;
    }
    return text + ")";
  }
  std::string rows(const Choice& choice) const {
    std::string text = row(choice.first);
    if (choice.where % 3 > 0) text += ", " + row(choice.second);
    if (choice.where % 3 > 1) text += ", " + row(choice.third);
    return text;
  }
  std::string condition(const Choice& choice) const;
  std::string assignment(const Choice& choice) const;
  std::string limit(const Choice& choice) const {
    if (choice.third % 4 != 0) return "";
    return fmt::format(" ORDER BY {}{} LIMIT {}", table_.order, choice.second % 2 ? " DESC" : "",
                       choice.third % 3);
  }

  const Table& table_;
};

std::string Writer::condition(const Choice& choice) const {
  constexpr std::array<std::string_view, 6> operators{"=", "<>", "<", "<=", ">", ">="};
  const Column& left = column(choice.first);
  const std::string_view value = literal(left, choice.second);
  // An ENUM has no order that a literal is compared by.
  const bool is_enum = left.name == "e";
  const std::string_view symbol = operators[choice.third % (is_enum ? 2 : 6)];
  switch (choice.where % 6) {
    case 0: return "";
    case 1: return fmt::format(" WHERE {} {} {}", left.name, symbol, value);
    case 2:
      return fmt::format(" WHERE {} IN ({}, {})", left.name, value, literal(left, choice.third));
    case 3: return fmt::format(" WHERE {} IS {}NULL", left.name, choice.third % 2 ? "NOT " : "");
    case 4: {
      const Column& right = column(choice.first + 1);
      return fmt::format(" WHERE {} {} {} {} {} = {}", left.name, symbol, value,
                         choice.third % 2 ? "AND" : "OR", right.name, literal(right, choice.third));
    }
    default: {
      const Column& right = table_.columns.front();
      return fmt::format(" WHERE NOT ({} = {}) AND {} <> {}", left.name, value, right.name,
                         literal(right, choice.third));
    }
  }
}

std::string Writer::assignment(const Choice& choice) const {
  const Column& target = column(choice.first / 7);
  if (target.is_number && choice.second % 3 == 0) {
    return fmt::format("{} = {} {} 1", target.name, target.name, choice.third % 2 ? "+" : "-");
  }
  return fmt::format("{} = {}", target.name, literal(target, choice.second / 3));
}

std::string Writer::statement(const Choice& choice) const {
  switch (choice.kind % kinds) {
    case 0:
    case 1:
    case 2: return "INSERT INTO t VALUES " + rows(choice);
    case 3: {  // see the case "REPLACE that made a number before it meets its own"
      const bool one = table_.create.find("AUTO_INCREMENT") != std::string_view::npos;
      return "REPLACE INTO t VALUES " + (one ? row(choice.first) : rows(choice));
    }
    case 4:
      return "INSERT INTO t VALUES " + rows(choice) + " ON DUPLICATE KEY UPDATE " +
             assignment(choice);
    case 5:
    case 6: {
      std::string tail = limit(choice);
      // Whether moved values meet depends on the order, which is the optimizer's if not given.
      if (tail.empty()) tail = fmt::format(" ORDER BY {}", table_.order);
      return "UPDATE t SET " + assignment(choice) + condition(choice) + tail;
    }
    case 7: return "DELETE FROM t" + condition(choice) + limit(choice);
    case 8:
    case 9:
      return "SELECT * FROM t" + condition(choice) + fmt::format(" ORDER BY {}", table_.order);
    case 10: {
      // Of equal texts either may be the least; an ENUM goes by the alphabet.
      const Column& left = column(choice.third);
      const Column& right = column(choice.third + 1);
      // MariaDB's MIN of `n > 1.5` leaves 2 out, where an index leads to it.
      const bool is_fraction = condition(choice).find('.') != std::string::npos;
      const std::string_view name = left.is_number ? left.name : right.name;
      if (!left.is_number && !right.is_number) return "SELECT COUNT(*) FROM t";
      return fmt::format("SELECT MIN({0}), MAX({0}), COUNT({0}), COUNT(*) FROM t{1}", name,
                         is_fraction ? "" : condition(choice));
    }
    case 11:
      return "SELECT * FROM t" + condition(choice) +
             fmt::format(" ORDER BY {} FOR UPDATE", table_.order);
    case 12:
    case 13: return choice.third % 3 == 0 ? "START TRANSACTION WITH CONSISTENT SNAPSHOT" : "BEGIN";
    case 14:
    case 15: return "COMMIT";
    case 16: return choice.third % 2 == 0 ? "ROLLBACK" : "SAVEPOINT s";
    default: return choice.third % 2 == 0 ? "ROLLBACK TO s" : "ROLLBACK";
  }
}

bool only_reads(std::string_view statement) {
  return statement.starts_with("SELECT") && !statement.ends_with("UPDATE");
}

std::string session_name(std::uint32_t number) {
  return std::string(1, static_cast<char>('a' + number % 3));
}

}  // namespace

Script script_of_statements(std::uint32_t table_number, const std::vector<Choice>& choices) {
  const Table& table = tables()[table_number % tables().size()];
  const Writer writer(table);
  Script script{"random statements", {}};
  script.steps.push_back({.text = std::string(table.create)});
  std::set<std::string> in_transaction;
  std::string owner;  // who holds locks
  for (const Choice& choice : choices) {
    const std::string session = session_name(choice.session);
    std::string statement = writer.statement(choice);
    if (Writer::is_transaction(choice)) {
      if (statement != "SAVEPOINT s" && statement != "ROLLBACK TO s") {
        in_transaction.erase(session);
        if (owner == session) owner.clear();
      }
      if (statement.starts_with("BEGIN") || statement.starts_with("START")) {
        in_transaction.insert(session);
      }
    } else if (!only_reads(statement)) {
      if (!owner.empty() && owner != session) {
        statement = fmt::format("SELECT * FROM t ORDER BY {}", table.order);
      } else if (in_transaction.contains(session)) {
        owner = session;
      }
    }
    script.steps.push_back({.session = session, .text = statement});
  }
  script.steps.push_back({.text = "COMMIT"});
  script.steps.push_back({.session = "b", .text = "COMMIT"});
  script.steps.push_back({.session = "c", .text = "COMMIT"});
  script.steps.push_back({.text = "@end"});
  return script;
}

Script script_of_waits(const std::vector<Choice>& choices) {
  Script script{"random waits", {}};
  script.steps.push_back({.text = "CREATE TABLE t (id INT PRIMARY KEY, v INT)"});
  script.steps.push_back({.text = "INSERT INTO t VALUES (1, 0), (2, 0), (3, 0)"});
  for (const Choice& choice : choices) {
    const std::uint32_t id = choice.first % 3 + 1;
    Step step{.session = session_name(choice.session)};
    switch (choice.kind % 8) {
      case 0:
      case 1: step.text = "BEGIN"; break;
      case 2: step.text = "COMMIT"; break;
      case 3: step.text = "ROLLBACK"; break;
      case 4: step.text = fmt::format("SELECT v FROM t WHERE id = {}", id); break;
      case 5: step.text = fmt::format("SELECT v FROM t WHERE id = {} FOR UPDATE", id); break;
      default: step.text = fmt::format("UPDATE t SET v = v + 1 WHERE id = {}", id); break;
    }
    script.steps.push_back(std::move(step));
  }
  for (std::uint32_t i = 0; i < 9; ++i) {  // whoever waits has its turn later
    script.steps.push_back({.session = session_name(i), .text = "COMMIT"});
  }
  script.steps.push_back({.text = "@end"});
  return script;
}

}  // namespace shardlab::contracts
