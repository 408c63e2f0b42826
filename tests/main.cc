// The main of every test program: Catch2's own, a fixed rapidcheck seed, and the list for ctest.
#define CATCH_CONFIG_RUNNER
#define CATCH_CONFIG_CONSOLE_WIDTH 160
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

// Tags that are ctest labels as well; the other tags only serve Catch2's own selection.
const std::set<std::string> labels{"tidy",     "unit",        "vectors",    "contract",
                                   "property", "real",        "transcript", "swarm",
                                   "mutant",   "determinism", "long"};

// Catch2 splits a test spec at commas and reads brackets as tags, unless a backslash stands before.
std::string as_test_spec(std::string_view name) {
  std::string spec;
  for (char c : name) {
    if (std::string_view("\\,[]\"~").find(c) != std::string_view::npos) spec += '\\';
    spec += c;
  }
  return spec;
}

int write_ctest_list(const std::string& program, const std::string& path,
                     const std::string& label) {
  std::ofstream out(path);
  Catch::ConfigData data;
  Catch::Config config(data);
  for (const Catch::TestCase& test : Catch::getAllTestCasesSorted(config)) {
    if (test.isHidden()) continue;
    std::string test_labels = label;
    for (const std::string& tag : test.lcaseTags) {
      if (labels.contains(tag) && tag != label) test_labels += ";" + tag;
    }
    out << "add_test([==[" << label << ": " << test.name << "]==] [==[" << program << "]==] [==["
        << as_test_spec(test.name) << "]==] --warn NoTests)\n"
        << "set_tests_properties([==[" << label << ": " << test.name
        << "]==] PROPERTIES LABELS [==[" << test_labels << "]==] TIMEOUT 900)\n";
  }
  return out.flush() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (argc == 4 && arguments[1] == "--write-ctest") {
    const std::string program = std::filesystem::absolute(arguments[0]).string();
    return write_ctest_list(program, arguments[2], arguments[3]);
  }
  // The same cases in every run; RC_PARAMS="seed=N" or "max_success=1000" asks for others.
  setenv("RC_PARAMS", "seed=2021", 0);
  return Catch::Session().run(argc, argv);
}
