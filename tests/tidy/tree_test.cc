#include <catch2/catch.hpp>

#include "tests/tidy/rules.h"

namespace shardlab::tidy {
namespace {

const Tree& the_project() {
  static const Tree tree =
      load_tree(SHARDLAB_SOURCE_DIR, {"core", "sim", "fakes", "scenarios", "tools", "tests"});
  return tree;
}

void require_kept(std::string_view rule) {
  const Findings findings = findings_of(rule, the_project());
  INFO("rule " << rule << "; a justified exception says: // tidy: allow(" << rule << ") reason");
  INFO(to_text(findings));
  REQUIRE(findings.empty());
}

}  // namespace

TEST_CASE("The project: co_await stands first, one to a statement") { require_kept("await-first"); }
TEST_CASE("The project: awaited functions take data by value") { require_kept("await-by-value"); }
TEST_CASE("The project: lambda coroutines capture nothing") { require_kept("lambda-coroutine"); }
TEST_CASE("The project: nothing is detached") { require_kept("detached"); }
TEST_CASE("The project: core and fakes let cancellations pass") { require_kept("catch-all"); }
TEST_CASE("The project: nothing is awaited inside catch") { require_kept("await-in-catch"); }
TEST_CASE("The project: no call moves what it uses") { require_kept("moved-argument"); }
TEST_CASE("The project: no name brings hidden nondeterminism") { require_kept("banned-name"); }
TEST_CASE("The project: no header brings hidden nondeterminism") { require_kept("banned-header"); }
TEST_CASE("The project: hash order is never seen") { require_kept("hash-order"); }
TEST_CASE("The project: addresses are never ordered or printed") { require_kept("pointer-order"); }
TEST_CASE("The project: includes follow the arrows") { require_kept("arrows"); }
TEST_CASE("The project: sim knows no word of databases") { require_kept("sim-words"); }
TEST_CASE("The project: files and lines stay short") { require_kept("size"); }
TEST_CASE("The project: every source is listed in CMake") { require_kept("listed"); }

TEST_CASE("The project: every allowance names a rule, gives a reason and is needed") {
  const Findings findings = idle_allowances(the_project());
  INFO(to_text(findings));
  REQUIRE(findings.empty());
}

TEST_CASE("The project: the tree that is looked at is not empty") {
  REQUIRE(the_project().sources.contains("core/base/error.h"));
  REQUIRE(the_project().sources.contains("tests/tidy/tree_test.cc"));
}

}  // namespace shardlab::tidy
