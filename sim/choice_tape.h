#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace shardlab::sim {

/// Every draw of a run, site by site: the k-th draw of `"network.latency"` is its k-th value. What
/// a tape leaves out is the calmest choice, so an edited or shortened one can always be played.
class ChoiceTape {
 public:
  struct Site {
    std::vector<std::uint64_t> values;
    std::vector<std::uint64_t> bounds;  ///< beside each value; a value lies below its bound
    friend bool operator==(const Site&, const Site&) = default;
  };

  /// `bound` 0 counts as 1.
  void append(std::string_view site, std::uint64_t bound, std::uint64_t value);

  // Editing. Nothing happens where there is no such draw.

  /// Puts another value in place; one beyond the draw's bound becomes the largest below it.
  void set(std::string_view site, std::size_t index, std::uint64_t value);
  /// Draws [from, to) become the calmest choice.
  void calm(std::string_view site, std::size_t from, std::size_t to);
  /// The first `count` draws stay.
  void truncate(std::string_view site, std::size_t count);
  void erase(std::string_view site);

  const std::map<std::string, Site, std::less<>>& sites() const { return sites_; }
  /// Null when nothing was drawn there.
  const Site* find(std::string_view site) const;
  std::size_t draws() const;

  /// Protobuf with varints, zstd over it; the same bytes for the same tape.
  std::string encode() const;
  /// Error: corrupt, with what is wrong.
  static Result<ChoiceTape> decode(std::string_view bytes);

  friend bool operator==(const ChoiceTape&, const ChoiceTape&) = default;

 private:
  std::map<std::string, Site, std::less<>> sites_;
};

}  // namespace shardlab::sim
