#include "core/binlog/mariadb_gtid.h"

#include <array>
#include <charconv>
#include <fmt/format.h>

#include "core/key/error_of.h"

namespace shardlab::binlog {
namespace {

template <class Number>
bool parse_digits(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

Error invalid(std::string_view part, std::string_view text) {
  return Error(Errc::invalid_argument, fmt::format("invalid MariaDB GTID {} ({})", part, text));
}

}  // namespace

std::string to_string(const MariadbGtid& gtid) {
  return fmt::format("{}-{}-{}", gtid.domain, gtid.server, gtid.sequence);
}

Result<MariadbGtid> parse_mariadb_gtid(std::string_view text) {
  const auto first = text.find('-');
  const auto second = first == std::string_view::npos ? first : text.find('-', first + 1);
  if (second == std::string_view::npos || text.find('-', second + 1) != std::string_view::npos) {
    return Error(Errc::invalid_argument,
                 fmt::format("invalid MariaDB GTID ({}): expecting Domain-Server-Sequence", text));
  }
  const std::string_view domain = text.substr(0, first);
  const std::string_view server = text.substr(first + 1, second - first - 1);
  const std::string_view sequence = text.substr(second + 1);
  MariadbGtid gtid;
  if (!parse_digits(domain, gtid.domain)) return invalid("Domain ID", domain);
  if (!parse_digits(server, gtid.server)) return invalid("Server ID", server);
  if (!parse_digits(sequence, gtid.sequence)) return invalid("Sequence number", sequence);
  return gtid;
}

void MariadbGtidSet::add(const MariadbGtid& gtid) {
  const auto [own, inserted] = by_domain_.emplace(gtid.domain, gtid);
  if (!inserted && own->second.sequence < gtid.sequence) own->second = gtid;
}

void MariadbGtidSet::unite(const MariadbGtidSet& other) {
  for (const auto& [domain, gtid] : other.by_domain_) add(gtid);
}

bool MariadbGtidSet::contains(const MariadbGtid& gtid) const {
  const auto own = by_domain_.find(gtid.domain);
  return own != by_domain_.end() && own->second.sequence >= gtid.sequence;
}

bool MariadbGtidSet::contains(const MariadbGtidSet& other) const {
  for (const auto& [domain, gtid] : other.by_domain_) {
    if (!contains(gtid)) return false;
  }
  return true;
}

std::string to_string(const MariadbGtidSet& set) {
  std::string text;
  for (const auto& [domain, gtid] : set.by_domain()) {
    if (!text.empty()) text += ',';
    text += to_string(gtid);
  }
  return text;
}

Result<MariadbGtidSet> parse_mariadb_gtid_set(std::string_view text) {
  MariadbGtidSet set;
  for (bool more = true; more;) {
    const auto comma = text.find(',');
    const auto gtid = parse_mariadb_gtid(text.substr(0, comma));
    if (!gtid) return error_of(gtid);
    set.replace(*gtid);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
  }
  return set;
}

}  // namespace shardlab::binlog
