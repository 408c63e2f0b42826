#include "tests/tidy/source.h"

#include <catch2/catch.hpp>

namespace shardlab::tidy {
namespace {

std::string tokens_of(const std::string& code) {
  const Source source("core/a.cc", code);
  std::string text;
  for (const Token& token : source.tokens) text += std::string(token.text) + " ";
  return text;
}

}  // namespace

TEST_CASE("Source: comments, directives and line ends give no token") {
  CHECK(tokens_of("a /* b\n */ c // d\n#if E \\\n  f\n#pragma once\n#undef E\ng") == "a c g ");
  CHECK(tokens_of("a \\\n b") == "a b ");
}

TEST_CASE("Source: the body of a macro stands behind the file, as a statement") {
  CHECK(tokens_of("#define E \\\n  f(1)\ng") == "g ; f ( 1 ) ; ");
  CHECK(tokens_of("# define E(a, b) a + b // c\ng") == "g ; a + b ; ");
  CHECK(tokens_of("#define E\n#define F(\ng") == "g ; ; ; ; ");
  const Source source("core/a.cc", "int a;\n#define E \\\n  f(\n");
  CHECK(source.tokens[4].line == 3);
  CHECK(source.tokens[4].in_macro);
  CHECK(source.tokens[5].match == -1);
}

TEST_CASE("Source: strings, characters and numbers are one token each") {
  CHECK(tokens_of(R"(f("a // \" b", '\'', '"', 1'000, 'x');)") ==
        R"(f ( a // \" b , \' , " , 1'000 , x ) ; )");
  CHECK(tokens_of("1.5e-3+.5f-0x1F+1s..") == "1.5e-3 + .5f - 0x1F + 1s.. ");
  CHECK(tokens_of("R\"x(a)\" b)x\" c") == "a)\" b c ");
}

TEST_CASE("Source: template lists close one by one") {
  CHECK(tokens_of("a<b<c>> d -> e >= f") == "a < b < c > > d -> e >= f ");
}

TEST_CASE("Source: tokens know their line and their bracket") {
  const Source source("core/a.cc", "f(\n  R\"(x\ny)\",\n  g[1]);\n");
  REQUIRE(source.tokens.size() == 10);
  CHECK(source.tokens[1].match == 8);
  CHECK(source.tokens[8].match == 1);
  CHECK(source.tokens[2].line == 2);
  CHECK(source.tokens[4].line == 4);
}

TEST_CASE("Source: a broken file is read to its end") {
  CHECK(tokens_of("f(") == "f ( ");
  CHECK(tokens_of("x\"abc") == "x abc ");
  CHECK(tokens_of("/* open") == "");
  CHECK(tokens_of("\"a\\") == "a\\ ");
}

TEST_CASE("Source: includes keep their kind and line") {
  const Source source("core/a.cc", "#include <vector>\n\n#include \"core/base/error.h\"\n");
  REQUIRE(source.includes.size() == 2);
  CHECK(source.includes[0].path == "vector");
  CHECK(source.includes[0].angled);
  CHECK(source.includes[1].path == "core/base/error.h");
  CHECK_FALSE(source.includes[1].angled);
  CHECK(source.includes[1].line == 3);
}

TEST_CASE("Source: an include is seen however it is written") {
  const Source source("core/a.cc",
                      "#  include <a>\n %:include \"b/c.h\"\n#include_next <d>\n#include /**/ <e>\n"
                      "#include HEADER\n#import \"f\"\n");
  REQUIRE(source.includes.size() == 6);
  CHECK(source.includes[0].path == "a");
  CHECK(source.includes[1].path == "b/c.h");
  CHECK(source.includes[2].path == "d");
  CHECK(source.includes[3].path == "e");
  CHECK(source.includes[4].computed);
  CHECK(source.includes[5].path == "f");
}

TEST_CASE("Source: a path tells folder, module and stem") {
  const Source source("core/key/key_range.cc", "");
  CHECK(source.folder() == "core");
  CHECK(source.module() == "key");
  CHECK(source.stem() == "core/key/key_range");
  CHECK(Source("sim/world.h", "").module() == "");
}

}  // namespace shardlab::tidy
