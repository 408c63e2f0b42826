#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct Compared {
  int status = 0;
  std::string table;
};

Compared compare(const std::string& arguments) {
  const std::string command = SHARDLAB_SOURCE_DIR
                              "/tests/determinism/compare --release " SHARDLAB_BUILD_DIR
                              " --keep " SHARDLAB_BUILD_DIR "/tests/kept --seeds 1..3 " +
                              arguments + " 2>&1";
  Compared compared;
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  for (int c; (c = std::fgetc(pipe)) != EOF;) compared.table += static_cast<char>(c);
  compared.status = WEXITSTATUS(pclose(pipe));
  return compared;
}

/// A file of pinned digests for `canary none`, right but for that of seed 2 where one is given.
class Pinned {
 public:
  explicit Pinned(const std::string& second = "") {
    const std::string command =
        SHARDLAB_BUILD_DIR "/tests/canary none --seeds 1..3 | awk -v second='" + second +
        "' '{ print $1, $3, $3 == 2 && second != \"\" ? second : $5 }' >" + path();
    REQUIRE(std::system(command.c_str()) == 0);
  }
  ~Pinned() { std::filesystem::remove(path()); }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

  /// Of this process alone: tests run side by side.
  std::string path() const {
    return SHARDLAB_BUILD_DIR "/tests/pinned-" + std::to_string(getpid()) + ".txt";
  }
};

}  // namespace

TEST_CASE("Compare: equal digests end with status 0") {
  const Pinned pinned;
  const Compared compared =
      compare("--pinned " + pinned.path() + " release shuffled -- tests/canary none");
  INFO(compared.table);
  CHECK(compared.status == 0);
}

TEST_CASE("Compare: another digest ends with status 4 and names seed, digests and traces") {
  const Pinned pinned("0123456789abcdef0123456789abcdef");
  const Compared compared =
      compare("--pinned " + pinned.path() + " environment -- tests/canary none");
  INFO(compared.table);
  CHECK(compared.status == 4);
  CHECK(compared.table.find("seed 2: pinned 0123456789abcdef0123456789abcdef, environment ") !=
        std::string::npos);
  CHECK(compared.table.find("  diff " SHARDLAB_BUILD_DIR
                            "/tests/kept/none-2-release.jsonl " SHARDLAB_BUILD_DIR
                            "/tests/kept/none-2-environment.jsonl") != std::string::npos);
  CHECK(std::filesystem::file_size(SHARDLAB_BUILD_DIR "/tests/kept/none-2-release.jsonl") > 100);
  CHECK(std::filesystem::file_size(SHARDLAB_BUILD_DIR "/tests/kept/none-2-environment.jsonl") >
        100);
}

TEST_CASE("Compare: a world that did not run ends with status 1") {
  const Compared compared = compare("again -- tests/canary no-such-canary");
  INFO(compared.table);
  CHECK(compared.status == 1);
  CHECK(compared.table.find("3 worlds did not run, the first of them: seed 1") !=
        std::string::npos);
}

TEST_CASE("Compare: a mistake in the command line ends with status 2") {
  CHECK(compare("again").status == 2);
  CHECK(compare("-- tests/canary none").status == 2);
  CHECK(compare("--seeds 3..1 again -- tests/canary none").status == 2);
  CHECK(compare("--seeds x again -- tests/canary none").status == 2);
  CHECK(compare("--colour again -- tests/canary none").status == 2);
}
