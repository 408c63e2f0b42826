#include "scenarios/text/excerpt.h"

#include <catch2/catch.hpp>

using namespace shardlab::scenarios;

TEST_CASE("show_error: the carets stand under the mistake") {
  CHECK(show_error({"bad.toml", 31, 8, 7, "kind = \"crush\""}, "unknown fault kind \"crush\"",
                   "did you mean \"crash\"?") ==
        "bad.toml:31:8: unknown fault kind \"crush\"\n"
        "   31 | kind = \"crush\"\n"
        "      |        ^^^^^^^ did you mean \"crash\"?");
}

TEST_CASE("show_error: a wide character takes two columns, in front and under the carets") {
  CHECK(show_error({"f", 1, 3, 2, "分片ab"}, "t", "") ==
        "f:1:3: t\n    1 | 分片ab\n      |     ^^");
  CHECK(show_error({"f", 1, 2, 1, "a片b"}, "t", "") == "f:1:2: t\n    1 | a片b\n      |  ^^");
}

TEST_CASE("show_error: a tab in front stays a tab") {
  CHECK(show_error({"f", 1, 2, 1, "\tx"}, "t", "") == "f:1:2: t\n    1 | \tx\n      | \t^");
}

TEST_CASE("show_error: a place behind the end of the line still has a caret") {
  CHECK(show_error({"f", 2, 3, 4, "ab"}, "t", "h") == "f:2:3: t\n    2 | ab\n      |   ^ h");
}

TEST_CASE("count_characters: counts characters, and broken UTF-8 byte by byte") {
  CHECK(count_characters("abc") == 3);
  CHECK(count_characters("分片é") == 3);
  CHECK(count_characters("\xe5\x88") == 2);
}
