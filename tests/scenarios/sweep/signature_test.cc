#include "scenarios/sweep/signature.h"

#include <catch2/catch.hpp>

using shardlab::scenarios::signature_of;

TEST_CASE("signature: numbers, moments and aliases make no difference") {
  CHECK(signature_of("t=0:41.872 event 18233: test-0000000101 stands at transaction 7") ==
        signature_of("t=12:01.003 event 9: test-0000000204 stands at transaction 1,042"));
  CHECK(signature_of("count(tablets) == 16: left is 15") ==
        signature_of("count(tablets) == 15: left is 14"));
  CHECK(signature_of("3 rows on -80 are lost") == signature_of("12 rows on 80- are lost"));
  CHECK(signature_of("lock of /vitess/global/keyspaces/a") == signature_of("lock of /b/c"));
}

TEST_CASE("signature: one and many are the same") {
  CHECK(signature_of("1 acknowledged write is not there") ==
        signature_of("7 acknowledged writes are not there"));
  CHECK(signature_of("(masters: test-0000000200, test-0000000300)") ==
        signature_of("(masters: test-0000000200)"));
  CHECK(signature_of("lost on -80 and 80-") == signature_of("lost on -80"));
  CHECK(signature_of("nobody could write for 7.2 s") ==
        signature_of("nobody could write for 85 ms"));
}

TEST_CASE("signature: what is quoted makes no difference, an apostrophe quotes nothing") {
  CHECK(signature_of("no line matches \"State: done\"") ==
        signature_of("no line matches \"copied ... rows\""));
  CHECK(signature_of("the master's rows and the replica's") !=
        signature_of("the master's keys and the replica's"));
}

TEST_CASE("signature: only the first sentence counts") {
  CHECK(signature_of("the stream is left. It was made by a") ==
        signature_of("the stream is left\n  more of it"));
}

TEST_CASE("signature: other words are another mistake") {
  CHECK(signature_of("test-0000000101 is drained") != signature_of("test-0000000101 is stopped"));
  CHECK(signature_of("").empty());
}
