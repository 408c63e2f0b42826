#include "tests/contracts/mysql/play.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <stdexcept>

namespace shardlab::contracts {
namespace {

using Lines = std::vector<std::string>;

/// Bytes that are characters of UTF-8, to be shown as they are.
bool is_utf8(std::string_view text) {
  std::size_t following = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool follows = (byte & 0xc0) == 0x80;
    if (follows != (following > 0)) return false;
    if (follows) --following;
    if (byte >= 0xf8) return false;
    if (byte >= 0xc0) following = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
  }
  return following == 0;
}

std::string value_text(const Value& value) {
  if (value.is_null()) return "NULL";
  if (is_number(value.type())) return value.text();
  const bool characters = is_utf8(value.text());
  std::string text = "'";
  for (const char c : value.text()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte != 0x7f && byte != '\\' && (byte < 0x80 || characters);
    text += plain ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return text + "'";
}

Lines lines_of(const Reply& reply) {
  if (reply.waits) return {"waits"};
  if (reply.error != 0) return {fmt::format("error {}", reply.error)};
  if (reply.fields.empty()) {
    std::string line = fmt::format("ok {}", reply.affected);
    if (reply.insert_id != 0) line += fmt::format(" id {}", reply.insert_id);
    return {line};
  }
  std::string header;
  for (const Field& field : reply.fields) {
    header += fmt::format("{}{} {}", header.empty() ? "" : ", ", field.name, to_string(field.type));
  }
  Lines lines{header};
  for (const Row& row : reply.rows) lines.push_back(row_text(row));
  return lines;
}

/// A question to the server itself, which must not fail.
std::vector<Row> ask(Server& server, const std::string& sql) {
  Reply reply = server.execute("dba", sql);
  if (reply.error != 0 || reply.waits) {
    throw std::runtime_error(fmt::format("{}: {} {}", sql, reply.error, reply.message));
  }
  return std::move(reply.rows);
}

std::string key_order(Server& server, const std::string& table) {
  std::string order;
  for (const Row& index : ask(server, "SHOW INDEX FROM `" + table + "`")) {
    constexpr std::size_t key_name = 2;
    constexpr std::size_t column_name = 4;
    if (index[key_name].text() != "PRIMARY") continue;
    order += (order.empty() ? " ORDER BY `" : ", `") + index[column_name].text() + "`";
  }
  return order;
}

/// Every table's rows in the order of its primary key; without one in that of their text.
void add_content(Server& server, Lines& lines) {
  for (const Row& table : ask(server, "SHOW FULL TABLES FROM ks")) {
    if (table[1].text() != "BASE TABLE") continue;
    const std::string& name = table[0].text();
    const std::string order = key_order(server, name);
    Lines rows;
    for (const Row& row : ask(server, "SELECT * FROM `" + name + "`" + order)) {
      rows.push_back(name + row_text(row));
    }
    if (order.empty()) std::sort(rows.begin(), rows.end());
    std::move(rows.begin(), rows.end(), std::back_inserter(lines));
  }
}

void add_log(Server& server, Lines& lines) {
  for (const LoggedTransaction& transaction : server.log()) {
    lines.emplace_back("log");
    for (const LoggedChange& change : transaction) {
      const std::string after = change.after ? row_text(*change.after) : "";
      const std::string before = change.before ? row_text(*change.before) : "";
      lines.push_back(before.empty()  ? "insert " + change.table + after
                      : after.empty() ? "delete " + change.table + before
                                      : "update " + change.table + before + " -> " + after);
    }
  }
}

Lines play_step(const Step& step, Server& server) {
  const auto argument = [&](std::string_view word) -> std::optional<std::string> {
    if (!step.text.starts_with(word)) return std::nullopt;
    return step.text.substr(word.size());
  };
  if (const auto session = argument("@timeout ")) return lines_of(server.let_time_out(*session));
  if (const auto session = argument("@kill ")) {
    const auto reply = server.kill(*session);
    return reply ? lines_of(*reply) : Lines{"ok 0"};
  }
  if (step.text != "@end") return lines_of(server.execute(step.session, step.text));
  Lines lines;
  ask(server, "USE ks");
  add_content(server, lines);
  add_log(server, lines);
  if (lines.empty()) lines.emplace_back("nothing");
  return lines;
}

}  // namespace

std::string row_text(const Row& row) {
  std::string text;
  for (const Value& value : row) text += (text.empty() ? "" : ", ") + value_text(value);
  return "(" + text + ")";
}

std::vector<Lines> play(const Script& script, Server& server) {
  std::vector<Lines> answers;
  std::set<std::string> waiting;
  server.begin_case();
  for (const Step& step : script.steps) {
    if (step.text[0] != '@' && waiting.contains(step.session)) {
      answers.push_back({"still waits"});
      continue;
    }
    Lines lines = play_step(step, server);
    if (lines.front() == "waits") waiting.insert(step.session);
    for (const LateReply& late : server.late_replies()) {
      waiting.erase(late.session);
      for (const std::string& line : lines_of(late.reply)) {
        lines.push_back(late.session + ": " + line);
      }
    }
    answers.push_back(std::move(lines));
  }
  return answers;
}

}  // namespace shardlab::contracts
