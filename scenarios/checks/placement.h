#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shardlab::scenarios {

/// Where the checks expect a Guestbook page, worked out on their own: the keyspace id of a page is
/// DES under the zero key of its number in eight big-endian bytes (`1` -> `166b40b44aba4bd6`).
/// Source: Vitess go/vt/vtgate/vindexes/hash.go.
std::string keyspace_id_of(std::uint64_t page);

/// The page that has this keyspace id of eight bytes.
std::uint64_t page_of(std::string_view keyspace_id);

/// The keyspace ids of a shard, by nothing but its name: `"-80"`, `"80-c0"`; `"0"` has all of them.
class ShardRange {
 public:
  explicit ShardRange(std::string_view shard_name);
  ShardRange(std::string start, std::string end) : start_(std::move(start)), end_(std::move(end)) {}

  const std::string& start() const { return start_; }
  /// Empty: no end.
  const std::string& end() const { return end_; }
  bool contains(std::string_view keyspace_id) const;
  bool contains_page(std::uint64_t page) const { return contains(keyspace_id_of(page)); }
  bool intersects(const ShardRange& other) const;
  friend bool operator==(const ShardRange&, const ShardRange&) = default;

 private:
  std::string start_;
  std::string end_;
};

/// `ShardRange::contains_page` for rows in the order of their pages: works out each page once.
class PagesInRange {
 public:
  explicit PagesInRange(const ShardRange& range) : range_(range) {}
  bool contains(std::uint64_t page) {
    if (page_ != page) inside_ = range_.contains_page(page);
    page_ = page;
    return inside_;
  }

 private:
  ShardRange range_;
  std::optional<std::uint64_t> page_;
  bool inside_ = false;
};

}  // namespace shardlab::scenarios
