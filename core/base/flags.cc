#include "core/base/flags.h"

#include <charconv>
#include <fmt/format.h>

#include "core/base/error.h"

namespace shardlab {
namespace {

bool parse_number(std::string_view text, std::uint64_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool parse_boolean(const std::string& text, bool* value) {
  if (text == "true" || text == "1" || text == "t") return *value = true, true;
  if (text == "false" || text == "0" || text == "f") return *value = false, true;
  return false;
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size() && !text.empty()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return parts;
}

}  // namespace

bool parse_duration(const std::string& text, Duration* duration) {
  constexpr std::pair<std::string_view, Duration> units[] = {{"ns", 1ns}, {"us", 1us}, {"ms", 1ms},
                                                             {"s", 1s},   {"m", 1min}, {"h", 1h}};
  Duration total{0};
  std::size_t at = 0;
  if (text == "0") return *duration = total, true;
  while (at < text.size()) {
    const std::size_t digits = text.find_first_not_of("0123456789", at);
    std::uint64_t number = 0;
    if (digits == std::string::npos || !parse_number(text.substr(at, digits - at), &number)) {
      return false;
    }
    const std::size_t end = std::min(text.find_first_of("0123456789", digits), text.size());
    const std::string unit = text.substr(digits, end - digits);
    bool known = false;
    for (const auto& [name, length] : units) {
      if (name != unit) continue;
      total += length * static_cast<std::int64_t>(number);
      known = true;
    }
    if (!known) return false;
    at = end;
  }
  *duration = total;
  return !text.empty();
}

void Flags::add(std::string name, std::string* target) {
  flags_[std::move(name)].set = [target](const std::string& text) { return *target = text, true; };
}

void Flags::add(std::string name, bool* target) {
  Flag& flag = flags_[std::move(name)];
  flag.is_boolean = true;
  flag.set = [target](const std::string& text) { return parse_boolean(text, target); };
}

void Flags::add(std::string name, Duration* target) {
  flags_[std::move(name)].set = [target](const std::string& text) {
    return parse_duration(text, target);
  };
}

void Flags::add(std::string name, std::uint64_t* target) {
  flags_[std::move(name)].set = [target](const std::string& text) {
    return parse_number(text, target);
  };
}

void Flags::add(std::string name, std::vector<std::string>* target) {
  flags_[std::move(name)].set = [target](const std::string& text) {
    return *target = split_list(text), true;
  };
}

std::vector<std::string> Flags::parse(std::vector<std::string> arguments) const {
  std::size_t at = 0;
  for (; at < arguments.size(); ++at) {
    const std::string& argument = arguments[at];
    if (argument == "--") {
      ++at;
      break;
    }
    // "-80" is a shard, not a flag.
    const bool is_flag =
        argument.size() > 1 && argument[0] == '-' && !(argument[1] >= '0' && argument[1] <= '9');
    if (!is_flag) break;
    const std::string text = argument.substr(argument.starts_with("--") ? 2 : 1);
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const auto found = flags_.find(name);
    if (found == flags_.end()) {
      std::string known;
      for (const auto& [other, flag] : flags_) known += (known.empty() ? "-" : ", -") + other;
      throw Error(Errc::invalid_argument,
                  fmt::format("flag provided but not defined: -{}; {} takes {}", name, command_,
                              known.empty() ? "no flags" : known));
    }
    std::string value = "true";
    if (equals != std::string::npos) {
      value = text.substr(equals + 1);
    } else if (!found->second.is_boolean) {
      if (++at == arguments.size()) {
        throw Error(Errc::invalid_argument, "flag needs an argument: -" + name);
      }
      value = arguments[at];
    }
    if (!found->second.set(value)) {
      throw Error(Errc::invalid_argument,
                  fmt::format("invalid value \"{}\" for flag -{}", value, name));
    }
  }
  return std::vector<std::string>(arguments.begin() + static_cast<std::ptrdiff_t>(at),
                                  arguments.end());
}

}  // namespace shardlab
