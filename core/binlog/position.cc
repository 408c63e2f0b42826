#include "core/binlog/position.h"

#include <fmt/format.h>
#include <type_traits>
#include <utility>

#include "core/key/error_of.h"
#include "core/key/hex.h"

namespace shardlab::binlog {
namespace {

constexpr std::string_view mariadb_flavor = "MariaDB";
constexpr std::string_view mysql56_flavor = "MySQL56";
constexpr std::string_view file_flavor = "FilePos";

// Flavour and rest of `FLAVOR/REST`; the flavour is empty without a slash.
std::pair<std::string_view, std::string_view> split_flavor(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return {"", text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

Error unknown_flavor(std::string_view what, std::string_view flavor) {
  return Error(Errc::invalid_argument,
               fmt::format("parse error: unknown {} flavor {}", what, key::quoted(flavor)));
}

template <class Whole, class Part>
Result<Whole> as(Result<Part> part) {
  if (!part) return error_of(part);
  return Whole(*std::move(part));
}

std::string_view flavor_of(const MariadbGtid&) { return mariadb_flavor; }
std::string_view flavor_of(const MariadbGtidSet&) { return mariadb_flavor; }
std::string_view flavor_of(const Mysql56Gtid&) { return mysql56_flavor; }
std::string_view flavor_of(const Mysql56GtidSet&) { return mysql56_flavor; }
std::string_view flavor_of(const FilePosition&) { return file_flavor; }
std::string_view flavor_of(std::monostate) { return ""; }

bool has(const MariadbGtidSet& own, const MariadbGtidSet& other) { return own.contains(other); }
bool has(const MariadbGtidSet& own, const MariadbGtid& gtid) { return own.contains(gtid); }
bool has(const Mysql56GtidSet& own, const Mysql56GtidSet& other) { return own.contains(other); }
bool has(const Mysql56GtidSet& own, const Mysql56Gtid& gtid) { return own.contains(gtid); }
bool has(const FilePosition& own, const FilePosition& other) { return own >= other; }
bool has(std::monostate, std::monostate) { return true; }
/// Of two flavours neither has anything of the other.
template <class Own, class Other>
bool has(const Own&, const Other&) {
  return false;
}

Position advanced(MariadbGtidSet set, const MariadbGtid& gtid) {
  set.add(gtid);
  return Position(std::move(set));
}
Position advanced(Mysql56GtidSet set, const Mysql56Gtid& gtid) {
  set.add(gtid);
  return Position(std::move(set));
}
Position advanced(const FilePosition&, const FilePosition& gtid) { return Position(gtid); }
Position advanced(std::monostate, const MariadbGtid& gtid) {
  return advanced(MariadbGtidSet(), gtid);
}
Position advanced(std::monostate, const Mysql56Gtid& gtid) {
  return advanced(Mysql56GtidSet(), gtid);
}
Position advanced(std::monostate, const FilePosition& gtid) { return Position(gtid); }
template <class Set, class Other>
Position advanced(const Set& set, const Other&) {
  return Position(set);
}

}  // namespace

std::string to_string(const Gtid& gtid) {
  return std::visit(
      [](const auto& one) { return fmt::format("{}/{}", flavor_of(one), to_string(one)); }, gtid);
}

Result<Gtid> parse_gtid(std::string_view text) {
  const auto [flavor, rest] = split_flavor(text);
  if (flavor == mariadb_flavor) return as<Gtid>(parse_mariadb_gtid(rest));
  if (flavor == mysql56_flavor) return as<Gtid>(parse_mysql56_gtid(rest));
  if (flavor == file_flavor) return as<Gtid>(parse_file_position(rest));
  return unknown_flavor("GTID", flavor);
}

Position::Position(MariadbGtidSet set) {
  if (!set.empty()) set_ = std::move(set);
}

std::string_view Position::flavor() const {
  return std::visit([](const auto& set) { return flavor_of(set); }, set_);
}

bool Position::at_least(const Position& other) const {
  return std::visit([](const auto& own, const auto& wanted) { return has(own, wanted); }, set_,
                    other.set_);
}

bool Position::contains(const Gtid& gtid) const {
  return std::visit([](const auto& own, const auto& wanted) { return has(own, wanted); }, set_,
                    gtid);
}

Position Position::with(const Gtid& gtid) const {
  return std::visit([](const auto& own, const auto& next) { return advanced(own, next); }, set_,
                    gtid);
}

std::string Position::display() const {
  if (is_zero()) return "<nil>";
  const std::string text = to_string(*this);
  return text.substr(text.find('/') + 1);
}

std::string to_string(const Position& position) {
  return std::visit(
      [](const auto& set) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(set)>, std::monostate>) {
          return "";
        } else {
          return fmt::format("{}/{}", flavor_of(set), to_string(set));
        }
      },
      position.set_);
}

Result<Position> parse_position(std::string_view text) {
  if (text.empty()) return Position();
  const auto [flavor, rest] = split_flavor(text);
  if (flavor == mariadb_flavor) return as<Position>(parse_mariadb_gtid_set(rest));
  if (flavor == mysql56_flavor) return as<Position>(parse_mysql56_gtid_set(rest));
  if (flavor == file_flavor) return as<Position>(parse_file_position(rest));
  return unknown_flavor("GTIDSet", flavor);
}

}  // namespace shardlab::binlog
