#include "tests/contracts/mysql/case_files.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace shardlab::contracts {
namespace {

std::string folder() { return std::string(SHARDLAB_SOURCE_DIR) + "/tests/contracts/mysql/cases"; }

std::string lines_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "      " + line + "\n";
  return text;
}

}  // namespace

std::vector<std::string> case_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<Script> read_case_file(const std::string& name) {
  std::ostringstream content;
  content << std::ifstream(folder() + "/" + name + ".txt").rdbuf();
  return parse_scripts(content.str());
}

void write_case_file(const std::string& name, const std::vector<Script>& scripts) {
  std::ofstream(folder() + "/" + name + ".txt") << print_scripts(scripts);
}

std::string differences(const Script& script, const std::vector<std::vector<std::string>>& answers,
                        bool is_stand_in) {
  std::string text;
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    const auto& expected = is_stand_in ? step.of_stand_in() : step.expected;
    if (answers[i] == expected) continue;
    text += fmt::format("{}\n  {}: {}\n    expected\n{}    answered\n{}", script.title,
                        step.session, step.text, lines_text(expected), lines_text(answers[i]));
  }
  return text;
}

}  // namespace shardlab::contracts
