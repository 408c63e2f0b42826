#include "scenarios/run/outcome.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace shardlab::scenarios {
namespace {

/// The text between the last `before` and the next `after`; empty when there is none.
std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t at = text.rfind(before);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + before.size();
  const std::size_t end = text.find(after, begin);
  return end == std::string::npos ? "" : text.substr(begin, end - begin);
}

std::size_t count_lines(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

std::size_t table_rows(const std::string& output) {
  const std::size_t lines = count_lines(output, "\n|");
  return lines > 0 ? lines - 1 : 0;  // without the header
}

}  // namespace

std::string story_name(const CommandLine& command) {
  if (command.script != "kvtctl.sh" && command.script != "sharded-vtworker.sh") {
    return command.script;
  }
  std::string name;
  for (std::size_t i = 0; i < command.arguments.size(); ++i) {
    const std::string& argument = command.arguments[i];
    if (argument == "-vschema") {
      ++i;  // a whole document
      continue;
    }
    name += (name.empty() ? "" : " ") + argument;
  }
  return name;
}

std::string story_outcome(const CommandLine& command, const std::string& output) {
  const std::string verb = command.arguments.empty() ? "" : command.arguments.front();
  if (verb == "SplitClone") {
    const std::string rows = between(output, "copy done, copied ", " rows");
    return rows.empty() ? "" : rows + " rows copied";
  }
  if (verb == "SplitDiff") {
    const std::string rows = between(output, "checks out (", " rows processed");
    return rows.empty() ? "" : fmt::format("ok ({} rows processed)", rows);
  }
  if (verb == "ListAllTablets") return fmt::format("{} tablets", count_lines(output, ":15002 "));
  if (verb == "ExecuteFetchAsDba") {
    const std::string counted = between(output, "COUNT(*) |\n", "\n+");
    if (counted.empty()) return fmt::format("{} rows", table_rows(output));
    std::string number;
    std::copy_if(counted.begin(), counted.end(), std::back_inserter(number),
                 [](char c) { return c >= '0' && c <= '9'; });
    return "count " + number;
  }
  if (command.script.ends_with("vttablet-up.sh")) {
    return fmt::format("{} tablets up", count_lines(output, "Creating pod for tablet"));
  }
  if (command.script.ends_with("vttablet-down.sh")) {
    return fmt::format("{} tablets down", count_lines(output, "Deleting pod for tablet"));
  }
  return "";
}

std::vector<std::string> drained_in(const std::string& listing) {
  std::vector<std::string> aliases;
  for (std::size_t at = 0; at < listing.size();) {
    const std::size_t end = std::min(listing.find('\n', at), listing.size());
    const std::string line = listing.substr(at, end - at);
    if (line.find(" drained ") != std::string::npos) {
      aliases.push_back(line.substr(0, line.find(' ')));
    }
    at = end + 1;
  }
  return aliases;
}

CommandLine kvtctl(std::vector<std::string> arguments) {
  CommandLine command;
  command.script = "kvtctl.sh";
  command.typed = fmt::format("./kvtctl.sh {}", fmt::join(arguments, " "));
  command.arguments = std::move(arguments);
  return command;
}

}  // namespace shardlab::scenarios
