#include "scenarios/expect/output_pattern.h"

#include <catch2/catch.hpp>

using namespace shardlab::scenarios;

TEST_CASE("matches_line: without dots the pattern is the whole line") {
  CHECK(matches_line("State: done", "State: done"));
  CHECK(matches_line("State: done", "  State: done\r"));
  CHECK_FALSE(matches_line("State: done", "State: done."));
  CHECK_FALSE(matches_line("copied 1 rows", "copied 11 rows"));
}

TEST_CASE("matches_line: dots stand for any text inside the line, also none") {
  CHECK(matches_line("copied ... rows", "copied 11 rows"));
  CHECK(matches_line("a...b...c", "abc"));
  CHECK(matches_line("test-0000000200 test_keyspace -80 master ...",
                     "test-0000000200 test_keyspace -80 master 10.64.0.7:15002 10.64.0.7:3306 []"));
  CHECK(matches_line("...", ""));
  CHECK(matches_line("a...b", "a b b"));
  CHECK_FALSE(matches_line("a...b...c", "acb"));
  CHECK_FALSE(matches_line("ab...ba", "aba"));
}

TEST_CASE("matches_line: a log header is not part of the line") {
  CHECK(matches_line(
      "Table messages checks out (... rows processed, ... qps)",
      "I0416 02:10:56.927313      10 split_diff.go:496] Table messages checks out (4 rows "
      "processed, 1072961 qps)"));
  CHECK(matches_line("I0416 ...", "I0416 02:10:56.927313      10 split_diff.go:496] x"));
  CHECK_FALSE(matches_line("x", "Hello [1] x"));
}

TEST_CASE("matches_line: dots at the end of a pattern also match dots") {
  CHECK(matches_line("Creating test_keyspace.shard--80 pods in cell test...",
                     "Creating test_keyspace.shard--80 pods in cell test..."));
}

TEST_CASE("missing_pattern: reports the first pattern that no line matches") {
  const std::string output = "State: done\nSuccess:\nmessages: copy done, copied 11 rows\n";
  CHECK(missing_pattern({"Success:", "State: done", "messages: copy done, copied ... rows"},
                        output) == std::nullopt);
  CHECK(missing_pattern({"Success:", "Failed:", "Nothing"}, output) == "Failed:");
  CHECK(missing_pattern({"State: ... Success:"}, output) == "State: ... Success:");
  CHECK(missing_pattern({"x"}, "") == "x");
  CHECK(missing_pattern({}, "") == std::nullopt);
}
