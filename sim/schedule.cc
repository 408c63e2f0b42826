#include "sim/schedule.h"

#include <charconv>
#include <fmt/format.h>
#include <vector>

namespace shardlab::sim {
namespace {

constexpr std::string_view known = "fifo, random, pct[:DEPTH], delay[:DELAYS]";

Error unknown(std::string_view text) {
  return Error(Errc::invalid_argument,
               fmt::format("no schedule is called \"{}\"; there are {}", text, known));
}

Error out_of_range(std::string_view name, std::uint64_t most) {
  return Error(Errc::invalid_argument, fmt::format("{}: expected 1 to {}", name, most));
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t colon; (colon = text.find(':')) != text.npos; text.remove_prefix(colon + 1)) {
    parts.push_back(text.substr(0, colon));
  }
  parts.push_back(text);
  return parts;
}

bool read(std::string_view text, std::uint64_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<Schedule> Schedule::parse(std::string_view text) {
  const std::vector<std::string_view> parts = split(text);
  Schedule schedule;
  if (text == "fifo") return schedule;
  schedule.kind = Kind::random;
  if (text == "random") return schedule;
  const bool is_pct = parts.front() == "pct";
  if ((!is_pct && parts.front() != "delay") || parts.size() > 3) return unknown(text);
  schedule.kind = is_pct ? Kind::pct : Kind::delay_bounded;
  std::uint64_t count = is_pct ? 3 : 5;
  if (parts.size() > 1 && !read(parts[1], &count)) return unknown(text);
  if (parts.size() > 2 && !read(parts[2], &schedule.horizon)) return unknown(text);
  const std::uint64_t most = is_pct ? 3 : 1000;
  if (count < 1 || count > most) return out_of_range(is_pct ? "depth" : "delays", most);
  if (schedule.horizon < 1 || schedule.horizon > 1'000'000'000'000) {
    return out_of_range("horizon", 1'000'000'000'000);
  }
  schedule.count = static_cast<std::uint32_t>(count);
  return schedule;
}

std::string to_string(const Schedule& schedule) {
  std::string name;
  switch (schedule.kind) {
    case Schedule::Kind::fifo: return "fifo";
    case Schedule::Kind::random: return "random";
    case Schedule::Kind::pct: name = fmt::format("pct:{}", schedule.count); break;
    case Schedule::Kind::delay_bounded: name = fmt::format("delay:{}", schedule.count); break;
  }
  if (schedule.horizon != Schedule().horizon) name += fmt::format(":{}", schedule.horizon);
  return name;
}

}  // namespace shardlab::sim
