#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

#include "tests/runs/golden_file.h"

namespace shardlab::testing {
namespace {

using runs::content_of_file;

/// The blocks of a document that are marked with one of the words.
std::vector<std::string> blocks_of(const std::string& document, const std::string& marks) {
  std::vector<std::string> blocks;
  bool inside = false;
  std::istringstream in(document);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      const std::string mark = line.substr(3);
      inside = !inside && !mark.empty() && marks.find(mark) != std::string::npos;
      if (inside) blocks.emplace_back();
    } else if (inside) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

TEST_CASE("docs/LIBRARY.md: shows what the example project compiles") {
  std::string sources;
  for (const auto& entry :
       std::filesystem::directory_iterator(SHARDLAB_SOURCE_DIR "/examples/properties")) {
    sources += content_of_file(entry.path().string());
  }
  const auto blocks =
      blocks_of(content_of_file(SHARDLAB_SOURCE_DIR "/docs/LIBRARY.md"), "cpp cmake");
  CHECK(blocks.size() > 4);
  for (const std::string& block : blocks) {
    INFO(block);
    CHECK(sources.find(block) != std::string::npos);
  }
}

}  // namespace
}  // namespace shardlab::testing
