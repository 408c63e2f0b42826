#pragma once

#include <optional>
#include <string>
#include <vector>

namespace shardlab::bench {

/// What a figure is to reach.
struct Target {
  enum class Of { value, ratio };
  Of of = Of::value;
  double at_most = 0;
};

/// One line of a benchmark's result.
struct Figure {
  std::string name;  ///< `"sleep, N=100"`
  std::optional<double> value;
  std::string unit;             ///< `"ns"`, `"bytes"`, `"%"`
  std::string peer;             ///< the name of the figure that `ratio` compares with
  std::optional<double> ratio;  ///< value / the peer's value, in the same repeat
  std::optional<Target> target;
  std::string skipped;  ///< why there is no value, or no ratio

  /// None without a target, and where the value or the ratio that it speaks of is missing.
  std::optional<bool> holds() const;
};

/// The middle one, of an even number the mean of the middle two. `values` must not be empty.
double median(std::vector<double> values);
/// The median of value / peer over the repeats: what disturbs the machine for longer than a repeat
/// touches both sides of it.
double median_ratio(const std::vector<double>& values, const std::vector<double>& peers);

/// `{"bench":"sim","figure":"...","value":1.5,"unit":"ns","peer":null,"ratio":null,...}`
std::string to_json(const std::string& bench, const Figure& figure);
/// For people; last a line that counts the targets which hold.
std::string to_table(const std::vector<Figure>& figures);

}  // namespace shardlab::bench
