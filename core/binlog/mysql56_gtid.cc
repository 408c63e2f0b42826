#include "core/binlog/mysql56_gtid.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>

#include "core/key/error_of.h"
#include "core/key/hex.h"

namespace shardlab::binlog {
namespace {

using Interval = Mysql56GtidSet::Interval;
using Intervals = Mysql56GtidSet::Intervals;

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto found = text.find(at);
    parts.push_back(text.substr(0, found));
    if (found == std::string_view::npos) return parts;
    text.remove_prefix(found + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

std::optional<ServerUuid> parse_uuid(std::string_view text) {
  constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() != form.size()) return std::nullopt;
  std::string digits;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if ((form[i] == '-') != (text[i] == '-')) return std::nullopt;
    if (form[i] != '-') digits += text[i];
  }
  const auto bytes = key::parse_hex(digits);
  if (!bytes) return std::nullopt;
  ServerUuid uuid;
  std::ranges::copy(*bytes, uuid.begin());
  return uuid;
}

std::optional<Interval> parse_interval(std::string_view text) {
  const auto ends = split(text, '-');
  const auto start = parse_number(ends.front());
  const auto end = parse_number(ends.back());
  if (ends.size() > 2 || !start || !end || *start < 1) return std::nullopt;
  return Interval{*start, *end};
}

Error invalid(std::string_view what, std::string_view text, std::string_view why) {
  return Error(Errc::invalid_argument,
               fmt::format("invalid MySQL 5.6 {} ({}): {}", what, key::quoted(text), why));
}

Intervals merged(Intervals intervals) {
  std::ranges::sort(intervals, {}, &Interval::start);
  Intervals result;
  for (const Interval& one : intervals) {
    if (result.empty() || one.start > result.back().end + 1) {
      result.push_back(one);
    } else {
      result.back().end = std::max(result.back().end, one.end);
    }
  }
  return result;
}

bool are_neighbours(const Interval& left, const Interval& right) {
  return left.end + 1 == right.start;
}

/// What is left of one interval without the others, which are sorted.
void append_without(Intervals& result, Interval left, const Intervals& others) {
  for (const Interval& other : others) {
    if (other.end < left.start || other.start > left.end) continue;
    if (other.start > left.start) result.push_back({left.start, other.start - 1});
    if (other.end >= left.end) return;
    left.start = other.end + 1;
  }
  result.push_back(left);
}

void append_little_endian(std::string& bytes, std::uint64_t number) {
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
}

}  // namespace

std::string to_string(const ServerUuid& uuid) {
  std::string text = key::to_hex(std::string(uuid.begin(), uuid.end()));
  for (const std::size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

std::string to_string(const Mysql56Gtid& gtid) {
  return fmt::format("{}:{}", to_string(gtid.server), gtid.sequence);
}

Result<Mysql56Gtid> parse_mysql56_gtid(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 2) return invalid("GTID", text, "expecting UUID:Sequence");
  const auto server = parse_uuid(parts[0]);
  if (!server) return invalid("GTID", text, "no UUID");
  const auto sequence = parse_number(parts[1]);
  if (!sequence) return invalid("GTID", text, "the sequence is no number");
  return Mysql56Gtid{*server, *sequence};
}

void Mysql56GtidSet::replace(const ServerUuid& server, Intervals intervals) {
  std::erase_if(intervals, [](const Interval& one) { return one.end < one.start; });
  if (intervals.empty()) return;
  std::ranges::stable_sort(intervals, {}, &Interval::start);
  by_server_[server] = std::move(intervals);
}

void Mysql56GtidSet::add(const Mysql56Gtid& gtid) {
  if (contains(gtid)) return;
  Intervals& own = by_server_[gtid.server];
  const Interval added{gtid.sequence, gtid.sequence};
  const auto behind = std::ranges::upper_bound(own, gtid.sequence, {}, &Interval::start);
  const auto place = own.insert(behind, added);
  Intervals result(own.begin(), place);
  for (auto next = place; next != own.end(); ++next) {
    if (!result.empty() && are_neighbours(result.back(), *next)) {
      result.back().end = next->end;
    } else {
      result.push_back(*next);
    }
  }
  own = std::move(result);
}

void Mysql56GtidSet::unite(const Mysql56GtidSet& other) {
  for (const auto& [server, intervals] : other.by_server_) {
    Intervals& own = by_server_[server];
    own.insert(own.end(), intervals.begin(), intervals.end());
    own = merged(std::move(own));
  }
}

Mysql56GtidSet Mysql56GtidSet::without(const Mysql56GtidSet& other) const {
  Mysql56GtidSet result;
  for (const auto& [server, intervals] : by_server_) {
    const auto found = other.by_server_.find(server);
    Intervals left;
    for (const Interval& one : intervals) {
      append_without(left, one, found == other.by_server_.end() ? Intervals() : found->second);
    }
    result.replace(server, std::move(left));
  }
  return result;
}

bool Mysql56GtidSet::contains(const Mysql56Gtid& gtid) const {
  Mysql56GtidSet one;
  one.replace(gtid.server, {{gtid.sequence, gtid.sequence}});
  return contains(one);
}

bool Mysql56GtidSet::contains(const Mysql56GtidSet& other) const {
  return std::ranges::all_of(other.by_server_, [&](const auto& entry) {
    const auto own = by_server_.find(entry.first);
    if (own == by_server_.end()) return false;
    return std::ranges::all_of(entry.second, [&](const Interval& wanted) {
      return std::ranges::any_of(own->second, [&](const Interval& one) {
        return one.start <= wanted.start && wanted.end <= one.end;
      });
    });
  });
}

Mysql56Gtid Mysql56GtidSet::last() const {
  const auto& [server, intervals] = *by_server_.rbegin();
  return {server, intervals.back().end};
}

std::string to_string(const Mysql56GtidSet& set) {
  std::string text;
  for (const auto& [server, intervals] : set.by_server()) {
    text += (text.empty() ? "" : ",") + to_string(server);
    for (const Interval& one : intervals) {
      text += fmt::format(":{}", one.start);
      if (one.end != one.start) text += fmt::format("-{}", one.end);
    }
  }
  return text;
}

std::string sid_block(const Mysql56GtidSet& set) {
  std::string bytes;
  append_little_endian(bytes, set.by_server().size());
  for (const auto& [server, intervals] : set.by_server()) {
    bytes.append(server.begin(), server.end());
    append_little_endian(bytes, intervals.size());
    for (const Interval& one : intervals) {
      append_little_endian(bytes, static_cast<std::uint64_t>(one.start));
      append_little_endian(bytes, static_cast<std::uint64_t>(one.end) + 1);
    }
  }
  return bytes;
}

Result<Mysql56GtidSet> parse_mysql56_gtid_set(std::string_view text) {
  Mysql56GtidSet set;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view entry = trimmed(part);
    if (entry.empty()) continue;
    const auto parts = split(entry, ':');
    const auto server = parse_uuid(parts.front());
    if (parts.size() < 2) return invalid("GTID set", text, "expecting UUID:Interval");
    if (!server) return invalid("GTID set", text, "no UUID");
    Intervals intervals;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const auto interval = parse_interval(parts[i]);
      if (!interval) return invalid("GTID set", text, "no interval");
      intervals.push_back(*interval);
    }
    set.replace(*server, std::move(intervals));
  }
  return set;
}

}  // namespace shardlab::binlog
