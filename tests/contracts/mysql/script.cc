#include "tests/contracts/mysql/script.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace shardlab::contracts {
namespace {

constexpr std::string_view indent = "  ";
constexpr std::string_view stand_in_mark = "stand-in: ";
constexpr std::string_view because_mark = "because: ";

Step parse_step(std::string_view line) {
  Step step;
  const auto colon = line.find(": ");
  const bool named = colon != std::string_view::npos && colon > 0 && colon < 5 &&
                     std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                                 [](unsigned char c) { return std::islower(c) != 0; });
  if (named) step.session = line.substr(0, colon);
  step.text = named ? line.substr(colon + 2) : line;
  return step;
}

void parse_answer(Step& step, std::string_view line) {
  if (line.starts_with(stand_in_mark)) {
    step.stand_in.emplace_back(line.substr(stand_in_mark.size()));
  } else if (line.starts_with(because_mark)) {
    step.because = line.substr(because_mark.size());
  } else {
    step.expected.emplace_back(line);
  }
}

}  // namespace

std::vector<Script> parse_scripts(std::string_view text) {
  std::vector<Script> scripts;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("## ")) {
      scripts.push_back({std::string(line.substr(3)), {}});
    } else if (line.empty() || line.starts_with("#")) {
      continue;
    } else if (scripts.empty()) {
      throw std::runtime_error("a line before the first case: " + std::string(line));
    } else if (!line.starts_with(indent)) {
      scripts.back().steps.push_back(parse_step(line));
    } else if (scripts.back().steps.empty()) {
      throw std::runtime_error("an answer before the first statement: " + std::string(line));
    } else {
      parse_answer(scripts.back().steps.back(), line.substr(indent.size()));
    }
  }
  return scripts;
}

std::string print_scripts(const std::vector<Script>& scripts) {
  std::string text;
  const auto add = [&](std::string_view mark, const std::string& line) {
    text.append(indent).append(mark).append(line) += '\n';
  };
  for (const Script& script : scripts) {
    text += (text.empty() ? "## " : "\n## ") + script.title + "\n";
    for (const Step& step : script.steps) {
      text += (step.session == "a" ? "" : step.session + ": ") + step.text + "\n";
      for (const std::string& line : step.expected) add("", line);
      for (const std::string& line : step.stand_in) add(stand_in_mark, line);
      if (!step.because.empty()) add(because_mark, step.because);
    }
  }
  return text;
}

}  // namespace shardlab::contracts
