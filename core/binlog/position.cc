#include "core/binlog/position.h"

#include <fmt/format.h>
#include <utility>

#include "core/key/error_of.h"
#include "core/key/hex.h"

namespace shardlab::binlog {
namespace {

constexpr std::string_view mariadb_flavor = "MariaDB";

// Flavour and rest of `FLAVOR/REST`; the flavour is empty without a slash.
std::pair<std::string_view, std::string_view> split_flavor(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return {"", text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

Error unknown_flavor(std::string_view what, std::string_view flavor) {
  if (flavor == "MySQL56" || flavor == "FilePos") {
    return Error(Errc::unsupported,
                 fmt::format("{} flavor {} is not supported; use MariaDB", what, flavor));
  }
  return Error(Errc::invalid_argument,
               fmt::format("parse error: unknown {} flavor {}", what, key::quoted(flavor)));
}

}  // namespace

std::string to_string(const Gtid& gtid) {
  return fmt::format("{}/{}", mariadb_flavor, to_string(std::get<MariadbGtid>(gtid)));
}

Result<Gtid> parse_gtid(std::string_view text) {
  const auto [flavor, rest] = split_flavor(text);
  if (flavor != mariadb_flavor) return unknown_flavor("GTID", flavor);
  const auto gtid = parse_mariadb_gtid(rest);
  if (!gtid) return error_of(gtid);
  return Gtid(*gtid);
}

Position::Position(MariadbGtidSet set) {
  if (!set.empty()) set_ = std::move(set);
}

std::string_view Position::flavor() const { return is_zero() ? "" : mariadb_flavor; }

bool Position::at_least(const Position& other) const {
  if (is_zero() || other.is_zero()) return is_zero() && other.is_zero();
  return std::get<MariadbGtidSet>(set_).contains(std::get<MariadbGtidSet>(other.set_));
}

bool Position::contains(const Gtid& gtid) const {
  return !is_zero() && std::get<MariadbGtidSet>(set_).contains(std::get<MariadbGtid>(gtid));
}

Position Position::with(const Gtid& gtid) const {
  MariadbGtidSet set = is_zero() ? MariadbGtidSet() : std::get<MariadbGtidSet>(set_);
  set.add(std::get<MariadbGtid>(gtid));
  return Position(std::move(set));
}

std::string Position::display() const {
  return is_zero() ? "<nil>" : to_string(std::get<MariadbGtidSet>(set_));
}

std::string to_string(const Position& position) {
  if (position.is_zero()) return "";
  return fmt::format("{}/{}", mariadb_flavor, to_string(std::get<MariadbGtidSet>(position.set_)));
}

Result<Position> parse_position(std::string_view text) {
  if (text.empty()) return Position();
  const auto [flavor, rest] = split_flavor(text);
  if (flavor != mariadb_flavor) return unknown_flavor("GTIDSet", flavor);
  auto set = parse_mariadb_gtid_set(rest);
  if (!set) return error_of(set);
  return Position(*std::move(set));
}

}  // namespace shardlab::binlog
