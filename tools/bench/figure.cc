#include "tools/bench/figure.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace shardlab::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string number_text(double value) {
  const int digits = value < 10 ? 2 : value < 1000 ? 1 : 0;
  return value == 0 ? "0" : fmt::format("{:.{}f}", value, digits);
}

std::string target_text(const Target& target) {
  return fmt::format("{}<= {:.3g}", target.of == Target::Of::ratio ? "ratio " : "", target.at_most);
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

std::string verdict(const Figure& figure) {
  if (!figure.target) return "";
  const auto holds = figure.holds();
  return !holds ? "-" : *holds ? "holds" : "DOES NOT HOLD";
}

}  // namespace

std::optional<bool> Figure::holds() const {
  if (!target) return std::nullopt;
  const auto& measured = target->of == Target::Of::ratio ? ratio : value;
  if (!measured) return std::nullopt;
  return *measured <= target->at_most;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

double median_ratio(const std::vector<double>& values, const std::vector<double>& peers) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < values.size(); ++i) ratios.push_back(values[i] / peers[i]);
  return median(std::move(ratios));
}

std::string to_json(const std::string& bench, const Figure& figure) {
  Json line;
  line["bench"] = bench;
  line["figure"] = figure.name;
  line["value"] = or_null(figure.value);
  line["unit"] = figure.unit;
  line["peer"] = figure.peer.empty() ? Json() : Json(figure.peer);
  line["ratio"] = or_null(figure.ratio);
  line["target"] = figure.target ? Json(target_text(*figure.target)) : Json();
  line["holds"] = or_null(figure.holds());
  if (!figure.skipped.empty()) line["skipped"] = figure.skipped;
  return line.dump();
}

std::string to_table(const std::vector<Figure>& figures) {
  std::string text = fmt::format("{:<42} {:>8} {:<6} {:<38} {:>6}  {:<13} {}\n", "figure", "value",
                                 "", "against", "ratio", "target", "");
  int holding = 0;
  int judged = 0;
  for (const Figure& figure : figures) {
    std::string line =
        fmt::format("{:<42} {:>8} {:<6} {:<38} {:>6}  {:<13} {}", figure.name,
                    figure.value ? number_text(*figure.value) : "-", figure.unit, figure.peer,
                    figure.ratio ? fmt::format("{:.2f}", *figure.ratio) : "",
                    figure.target ? target_text(*figure.target) : "", verdict(figure));
    if (!figure.skipped.empty()) line += " skipped: " + figure.skipped;
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (const auto holds = figure.holds()) {
      ++judged;
      if (*holds) ++holding;
    }
  }
  return text + fmt::format("{} of {} targets hold\n", holding, judged);
}

}  // namespace shardlab::bench
