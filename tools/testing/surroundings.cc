#include "tools/testing/surroundings.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

#include "scenarios/case/case_file.h"
#include "scenarios/text/text_error.h"
#include "scenarios/text/units.h"
#include "tools/cases/case_store.h"
#include "tools/files.h"

namespace shardlab::testing {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

/// Catch2 splits a test spec at commas and reads brackets as tags, unless a backslash stands
/// before.
std::string as_test_spec(const std::string& name) {
  std::string spec;
  for (const char c : name) {
    if (std::string_view("\\,[]\"~*").find(c) != std::string_view::npos) spec += '\\';
    spec += c;
  }
  return spec;
}

/// Wherever it is typed.
std::string as_path(const std::string& path) {
  return tools::in_shell(fs::absolute(path).lexically_normal().string());
}

}  // namespace

std::string found_folder() { return variable("SHARDLAB_DIR", tools::default_folder); }

Duration shrink_budget() {
  try {
    return scenarios::parse_duration(variable("SHARDLAB_SHRINK", "10s"));
  } catch (const scenarios::TextError& error) {
    throw tools::WrongUsage(fmt::format("SHARDLAB_SHRINK: {}", error.text));
  }
}

std::optional<WantedCase> wanted_case() {
  const std::string name = variable("SHARDLAB_CASE", "");
  if (name.empty()) return std::nullopt;
  WantedCase wanted;
  const bool is_name = name.find('/') == std::string::npos && !name.ends_with(".toml");
  wanted.file = is_name ? tools::found_path(found_folder(), name) : name;
  wanted.what = scenarios::load_case(wanted.file);
  wanted.is_of_this_test = wanted.what.found_by.test == test_name();
  return wanted;
}

std::string test_name() { return Catch::getResultCapture().getCurrentTestName(); }

std::string line_that_replays(const std::string& case_file) {
  const std::string program = program_invocation_name;
  const bool is_path = program.find('/') != std::string::npos;
  return fmt::format("SHARDLAB_CASE={} {} {}", as_path(case_file),
                     is_path ? as_path(program) : program,
                     tools::in_shell(as_test_spec(test_name())));
}

}  // namespace shardlab::testing
