#include "core/vtctl/tablet_listing.h"

#include <fmt/format.h>

#include "core/key/hex.h"

namespace shardlab::vtctl {
namespace {

std::string address(const std::string& host, std::uint16_t port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port);
}

std::string or_null(const std::string& text) { return text.empty() ? "<null>" : text; }

std::string format_tags(const std::map<std::string, std::string>& tags) {
  std::string text = "[";
  for (const auto& [name, value] : tags) {
    if (text.size() > 1) text += ' ';
    text += fmt::format("{}: {}", name, key::quoted(value));
  }
  return text + "]";
}

}  // namespace

std::string format_tablet(const TabletListing& tablet) {
  return fmt::format("{} {} {} {} {} {} {}", to_string(tablet.alias), or_null(tablet.keyspace),
                     or_null(tablet.shard), to_lower_text(tablet.type),
                     address(tablet.host, tablet.vt_port),
                     address(tablet.mysql_host, tablet.mysql_port), format_tags(tablet.tags));
}

}  // namespace shardlab::vtctl
