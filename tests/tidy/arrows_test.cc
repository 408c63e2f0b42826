#include <catch2/catch.hpp>

#include "tests/tidy/snippet.h"

namespace shardlab::tidy {
namespace {

std::string including(const std::string& path, const std::string& header) {
  return look_at("arrows", path, "#include \"" + header + "\"\n");
}

}  // namespace

TEST_CASE("arrows: a folder that includes against them is found") {
  CHECK(including("core/topo/server.cc", "sim/world.h") != "");
  CHECK(including("core/topo/server.cc", "fakes/etcd/etcd.h") != "");
  CHECK(including("sim/world.cc", "core/key/key_range.h") != "");
  CHECK(including("sim/world.cc", "fakes/mysql/engine.h") != "");
  CHECK(including("fakes/mysql/engine.cc", "scenarios/file/load.h") != "");
  CHECK(including("scenarios/run.cc", "tools/main.h") != "");
  CHECK(including("tools/main.cc", "tests/tidy/source.h") != "");
  CHECK(including("core/topo/server.cc", "server.h") != "");
}

TEST_CASE("arrows: a folder that includes along them passes") {
  CHECK(including("sim/world.cc", "core/base/coroutine.h") == "");
  CHECK(including("sim/world.cc", "sim/host.h") == "");
  CHECK(including("fakes/mysql/engine.cc", "sim/disk.h") == "");
  CHECK(including("fakes/mysql/engine.cc", "core/ports/mysql.h") == "");
  CHECK(including("scenarios/run.cc", "sim/world.h") == "");
  CHECK(including("tools/main.cc", "scenarios/file/load.h") == "");
}

TEST_CASE("arrows: a core module that includes a later one is found") {
  CHECK(including("core/base/error.h", "core/key/key_range.h") != "");
  CHECK(including("core/vindexes/hash.h", "core/topo/server.h") != "");
  CHECK(including("core/vtgate/router.h", "core/worker/chunk.h") != "");
  CHECK(including("core/worker/chunk.h", "core/vtgate/router.h") != "");
  CHECK(including("core/wrangler/reshard.h", "core/vtctl/verbs.h") != "");
  CHECK(including("core/novelty/a.h", "core/base/error.h") != "");
}

TEST_CASE("arrows: a core module that includes itself or an earlier one passes") {
  CHECK(including("core/key/key_range.cc", "core/key/key_range.h") == "");
  CHECK(including("core/worker/chunk.h", "core/tablet/rpc.h") == "");
  CHECK(including("core/wrangler/reshard.h", "core/worker/chunk.h") == "");
  CHECK(including("core/vtctl/verbs.h", "core/wrangler/reshard.h") == "");
}

TEST_CASE("arrows: imports of protobuf files are includes") {
  const std::string import = "syntax = \"proto3\";\nimport \"fakes/mysql/binlog.proto\";\n";
  CHECK(look_at("arrows", "core/proto/topodata.proto", import) != "");
  CHECK(look_at("arrows", "fakes/mysql/wire.proto", import) == "");
  const std::string open = "import public \"sim/wire.proto\";\n";
  CHECK(look_at("arrows", "core/proto/topodata.proto", open) != "");
  const std::string any = "import \"google/protobuf/any.proto\";\n";
  CHECK(look_at("arrows", "core/proto/topodata.proto", any) == "");
}

TEST_CASE("arrows: SQLite belongs to the fakes, the command line to the tools") {
  CHECK(look_at("arrows", "core/sql/parser.cc", "#include <sqlite3.h>\n") != "");
  CHECK(look_at("arrows", "fakes/mysql/engine.cc", "#include <sqlite3.h>\n") == "");
  CHECK(look_at("arrows", "scenarios/run.cc", "#include <CLI/CLI.hpp>\n") != "");
  CHECK(look_at("arrows", "tools/main.cc", "#include <CLI/CLI.hpp>\n") == "");
}

TEST_CASE("arrows: a path that does not begin at the root is found") {
  const std::string header =
      GENERATE(as<std::string>(),  //
               "../core/base/error.h", "core/../sim/world.h", "./server.h", "core/./base/error.h",
               "core/key/../topo/server.h", "/usr/include/core/a.h", "core//base/error.h",
               "server.h", "topo/server.h", "core\\\\base\\\\error.h");
  INFO(header);
  CHECK(including("core/topo/server.cc", header) != "");
}

TEST_CASE("arrows: what is no include of a header is found") {
  const std::string line = GENERATE(
      as<std::string>(),  //
      "#include \"core/base/error.cc\"\n", "#include \"core/base/table.inc\"\n",
      "#include <core/base/error.h>\n", "#include <sim/world.h>\n", "#include HEADER\n",
      "#include STRING(sim/world.h)\n", "# include \"sim/world.h\"\n", "extern int sim_steps;\n",
      "#include <../core/base/error.h>\n", "extern \"C\" int sim_step(int);\n", "import sim;\n",
      "void f() { extern int steps(); steps(); }\n", "import <random>;\n",
      "#ifdef TEST\n#include \"tests/world.h\"\n#endif\n", "#include <tests/tidy/source.h>\n");
  INFO(line);
  CHECK(look_at("arrows", "core/topo/server.cc", line) != "");
}

TEST_CASE("arrows: a forward declaration against them is found") {
  const std::string code =
      GENERATE(as<std::string>(),  //
               "namespace shardlab::sim { class World; }\n",
               "namespace shardlab { namespace sim { class World; } }\n",
               "void f(sim::World& world);\n", "void f(fakes::Etcd& etcd);\n",
               "using namespace shardlab::sim;\n", "#define WORLD sim::World\n");
  INFO(code);
  CHECK(look_at("arrows", "core/topo/server.h", code) != "");
  CHECK(look_at("arrows", "scenarios/run.h", code) == "");
}

TEST_CASE("arrows: names and declarations of one's own pass") {
  const std::string code = GENERATE(
      as<std::string>(),  //
      "extern template class Result<int>;\n", "int sim = 5; use(sim);\n", "// extern sim::World\n",
      "namespace shardlab::topo { class Server; }\n", "auto import = 3; import = 4;\n",
      "#include <vector>\n#include \"core/base/error.h\"\n", "import(rows);\n",
      "auto text = \"#include <sim/world.h>\";\n");
  INFO(code);
  CHECK(look_at("arrows", "core/topo/server.h", code) == "");
}

TEST_CASE("arrows: brackets, dots and macros are no way around") {
  const std::string include = GENERATE(as<std::string>(), "<sim/world.h>", "\"../../sim/world.h\"",
                                       "\"core/key/../topo/server.h\"", "SIM_WORLD");
  INFO(include);
  CHECK(look_at("arrows", "core/key/a.cc", "#include " + include + "\n") != "");
}

}  // namespace shardlab::tidy
