#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <regex>
#include <sys/wait.h>

#include "tests/runs/golden_file.h"
#include "tests/temporary_folder.h"

namespace shardlab::testing {
namespace {

using runs::content_of_file;

/// A shardlab installed in a folder of its own, and the example project beside it, outside of all
/// sources and builds.
class Elsewhere {
 public:
  Elsewhere() {
    shell(fmt::format("'{}' --install '{}' --prefix '{}'", SHARDLAB_CMAKE, SHARDLAB_BUILD_DIR,
                      folder_.file("installed")));
    std::filesystem::copy(SHARDLAB_SOURCE_DIR "/examples/properties", folder_.file("properties"));
  }

  void configure() {
    shell(
        fmt::format("'{}' -S '{}' -B '{}' -G Ninja -DCMAKE_BUILD_TYPE=Release "
                    "-DCMAKE_CXX_COMPILER='{}' -DCMAKE_PREFIX_PATH='{}'",
                    SHARDLAB_CMAKE, folder_.file("properties"), build(), SHARDLAB_COMPILER,
                    folder_.file("installed")));
  }

  /// Runs it in the build's folder; what it said is in `said`.
  int run(const std::string& command) {
    const std::string line = fmt::format("cd '{}' && {} >'{}' 2>&1 </dev/null", folder_.path(),
                                         command, folder_.file("said"));
    const int status = std::system(line.c_str());
    said = content_of_file(folder_.file("said"));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  void shell(const std::string& command) {
    const int status = run(command);
    INFO(command << "\n" << said);
    REQUIRE(status == 0);
  }

  std::string build() const { return folder_.file("build"); }
  std::string file(const std::string& name) const { return folder_.file(name); }

  std::string said;

 private:
  TemporaryFolder folder_;
};

TEST_CASE("Installed: another project finds the package, and the program its scenarios") {
  Elsewhere elsewhere;
  elsewhere.configure();
  elsewhere.shell("installed/bin/shardlab run installed/share/shardlab/scenarios/guide.toml");
  CHECK(elsewhere.said.find("verdict     held") != std::string::npos);
}

TEST_CASE("Installed: the example project is built, its properties hold, the wrong one is found",
          "[long]") {
  Elsewhere elsewhere;
  elsewhere.configure();
  elsewhere.shell(fmt::format("'{}' --build '{}' -j 2", SHARDLAB_CMAKE, elsewhere.build()));
  elsewhere.shell("RC_PARAMS=seed=2021 build/properties");

  CHECK(elsewhere.run("RC_PARAMS=seed=2021 SHARDLAB_SHRINK=30s build/properties '[planted]'") == 1);
  INFO(elsewhere.said);
  const std::string& said = elsewhere.said;
  const std::size_t line = said.find("SHARDLAB_CASE=");
  REQUIRE(line != std::string::npos);
  CHECK(said.find("FAIL  never-stale      guide-live") != std::string::npos);
  // A message, a read that does not show it, and what makes the replica late.
  CHECK(std::regex_search(said, std::regex("shrunk    [1-3] faults?, [2-9] visits, 0 rows")));

  const std::string replay = said.substr(line, said.find('\n', line) - line);
  INFO(replay);
  CHECK(elsewhere.run("cd / && " + replay) == 1);
  INFO(elsewhere.said);
  CHECK(elsewhere.said.find("FAIL  never-stale      guide-live") != std::string::npos);
  CHECK(elsewhere.said.find("trace differs") == std::string::npos);
}

}  // namespace
}  // namespace shardlab::testing
