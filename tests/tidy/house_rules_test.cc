#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {
TEST_CASE("sim-words: databases are found in sim, in code and in comments") {
  CHECK(look_at("sim-words", "sim/disk.h", "// pages of a MySQL file\n") != "");
  CHECK(look_at("sim-words", "sim/host.cc", "auto name = \"tablet-100\";\n") != "");
  CHECK(look_at("sim-words", "sim/host.cc", "namespace shardlab::sim { struct Shard; }\n") != "");
  CHECK(look_at("sim-words", "sim/host.cc", "namespace shardlab::sim {}\n") == "");
  CHECK(look_at("sim-words", "fakes/mysql/engine.cc", "// MySQL\n") == "");
}

TEST_CASE("size: long files, long lines and a header without its guard are found") {
  CHECK(look_at("size", "core/a.cc", std::string(701, '\n')) != "");
  CHECK(look_at("size", "core/a.cc", std::string(700, '\n')) == "");
  CHECK(look_at("size", "core/a.cc", "// " + std::string(98, 'x')) != "");
  CHECK(look_at("size", "core/a.cc", "// " + std::string(97, 'x')) == "");
  CHECK(look_at("size", "core/a.h", "int x;\n") != "");
  CHECK(look_at("size", "core/a.h", "#pragma once\n") == "");
}

TEST_CASE("size: a letter of several bytes takes one column") {
  std::string line = "// ";
  for (int i = 0; i < 97; ++i) line += "\u5206";
  CHECK(look_at("size", "core/a.cc", line) == "");
}

TEST_CASE("listed: a source counts only under its whole path") {
  const auto listed = [](const std::string& list, const std::string& path) {
    Tree tree;
    tree.sources.emplace(std::piecewise_construct, std::forward_as_tuple(path),
                         std::forward_as_tuple(path, "#pragma once\n"));
    tree.lists["core"] = list;
    return findings_of("listed", tree).empty();
  };
  CHECK(listed("shardlab_library(core\n  topo/server.cc\n)", "core/topo/server.cc"));
  CHECK(listed("shardlab_protobuf(p core/proto/a.proto)", "core/proto/a.proto"));
  CHECK(listed("", "core/topo/server.h"));
  CHECK_FALSE(listed("", "core/topo/server.cc"));
  CHECK_FALSE(listed("  topo/server_test.cc\n  old/topo/server.cc\n", "core/topo/server.cc"));
  CHECK_FALSE(listed("  topo/server.cc.in\n", "core/topo/server.cc"));
}

TEST_CASE("An allowance excuses its own line and the next one, for its rule alone") {
  const std::string bad = "auto x = rand();\n";
  const std::string path = "core/a.cc";
  const std::string why = "// tidy: allow(banned-name) the oracle of the test needs it\n";
  CHECK(look_at("banned-name", path, why + bad) == "");
  CHECK(look_at("banned-name", path, "auto x = rand();  " + why) == "");
  CHECK(look_at("banned-name", path, why + "\n" + bad) != "");
  CHECK(look_at("banned-name", path, "// tidy: allow(size) other rule\n" + bad) != "");
  CHECK(look_at("banned-name", path, "// tidy: allow(banned-name)\n" + bad) != "");
}

TEST_CASE("An allowance that is unknown, without a reason or without use is found") {
  const auto idle = [](const std::string& code) {
    Tree tree;
    tree.sources.emplace(std::piecewise_construct, std::forward_as_tuple("core/a.cc"),
                         std::forward_as_tuple("core/a.cc", code));
    tree.lists["core"] = "a.cc";
    return to_text(idle_allowances(tree));
  };
  CHECK(idle("// tidy: allow(nonsense) reason\n").find("no rule") != std::string::npos);
  CHECK(idle("// tidy: allow(banned-name)\nint x = rand();").find("reason") != std::string::npos);
  CHECK(idle("// tidy: allow(banned-name) old\nint x = 4;").find("nothing") != std::string::npos);
  CHECK(idle("// tidy: allow(banned-name) needed\nint x = rand();") == "");
}

}  // namespace shardlab::tidy
