#include "tools/testing/play.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fmt/format.h>

#include "scenarios/file/load.h"
#include "tests/temporary_folder.h"
#include "tools/testing/always_held.h"
#include "tools/testing/generators.h"
#include "tools/testing/held.h"

namespace shardlab::testing {
namespace {

using scenarios::Check;
using scenarios::Observation;
using scenarios::OwnCheck;
using scenarios::Scenario;
using scenarios::Visit;

Scenario live_guide() { return scenarios::load_scenario(SHARDLAB_SCENARIOS "/guide-live.toml"); }

/// Claims that nobody ever writes to page 7.
class PageSevenStaysEmpty final : public Check {
 public:
  static constexpr std::string_view check_name = "page-seven-stays-empty";
  explicit PageSevenStaysEmpty(const Observation& world) : Check(check_name, world) {}
  void at_end() override {
    for (const auto& operation : world().ledger().operations()) {
      const bool is_visit = operation.message.text.starts_with("hello-");
      if (is_visit && operation.page == 7) violate("somebody wrote to page 7");
    }
  }
};

Demand seven() {
  OwnCheck own;
  own.property.name = PageSevenStaysEmpty::check_name;
  own.make = [](const Observation& world) { return std::make_unique<PageSevenStaysEmpty>(world); };
  Demand demand;
  demand.checks.push_back(std::move(own));
  return demand;
}

Scenario with_visits(std::vector<Visit> visits) {
  Scenario scenario = live_guide();
  scenario.loads = {scenarios::Load{.visits = std::move(visits)}};
  return scenario;
}

/// For as long as it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

TEST_CASE("Play: the guide held, and a matcher says so") {
  REQUIRE_THAT(play(live_guide(), 7), Held());
}

TEST_CASE("Play: a check of one's own judges beside those of the scenario") {
  const auto calm = play(with_visits({{30s, Visit::Kind::write, 6}}), 1, seven());
  CHECK(calm.held());
  CHECK(calm.report.properties.back().name == "page-seven-stays-empty");
  const auto found = play(with_visits({{30s, Visit::Kind::write, 7}}), 1, seven());
  REQUIRE_FALSE(found.held());
  CHECK(found.failure->property == "page-seven-stays-empty");
  CHECK(summary_of(found).find("somebody wrote to page 7") != std::string::npos);
}

TEST_CASE("Play: commands may fail when only properties are asked for") {
  Scenario hasty = live_guide();
  std::erase_if(hasty.steps, [](const scenarios::Step& step) { return step.id != "diff"; });
  CHECK(play(hasty, 1).failure->violation_class == "expectation");
  Demand lenient;
  lenient.commands_may_fail = true;
  CHECK_THAT(play(hasty, 1, lenient), Held());
}

TEST_CASE("Play: what went wrong is told with the line that plays it again, and that does") {
  const TemporaryFolder folder;
  const Variable where("SHARDLAB_DIR", folder.path());
  const Variable patience("SHARDLAB_SHRINK", "120s");  // a sanitized build needs over 20
  std::vector<Visit> visits;
  for (std::uint64_t i = 0; i < 20; ++i) visits.push_back({i * 1s, Visit::Kind::write, i});
  const auto found = play(with_visits(visits), 3, seven());
  const std::string text = tell(found);
  INFO(text);
  const std::string file = text.substr(0, text.find(".toml") + 5).substr(14);
  CHECK(text.starts_with("SHARDLAB_CASE=" + folder.path() + "/found/"));
  CHECK(text.find("'Play: what went wrong is told with the line that plays it again\\, and that "
                  "does'\n\nFAIL  page-seven-stays-empty      guide-live      seed 3") !=
        std::string::npos);
  CHECK(text.find("shrunk    0 faults, 1 visit") != std::string::npos);
  CHECK(text.find("shardlab replay") == std::string::npos);  // which does not know the check

  const Variable wanted("SHARDLAB_CASE", file);
  const auto again = play(live_guide(), 1, seven());
  CHECK(again.failure->property == "page-seven-stays-empty");
  CHECK(again.seed == 3);
  CHECK(tell(again).starts_with("SHARDLAB_CASE=" + file));
}

TEST_CASE("Play: the case of another test is not played") {
  const TemporaryFolder folder;
  std::string file;
  {
    const Variable where("SHARDLAB_DIR", folder.path());
    const Variable patience("SHARDLAB_SHRINK", "0s");
    auto found = play(with_visits({{0s, Visit::Kind::write, 7}}), 3, seven());
    const std::string text = tell(found);
    file = text.substr(0, text.find(".toml") + 5).substr(14);
  }
  const std::string other = folder.file("found/other.toml");
  // As if another test had found it.
  const std::string edit =
      fmt::format("sed 's/^test .*/test = \"Another\"/' '{}' > '{}'", file, other);
  REQUIRE(std::system(edit.c_str()) == 0);
  const Variable wanted("SHARDLAB_CASE", other);
  CHECK_FALSE(play(live_guide(), 1, seven()).case_file.has_value());
  always_held("nothing of it is played", [] {
    FAIL("a scenario was made");
    return live_guide();
  });
}

TEST_CASE("Always held: whatever visitors come, the guide splits the shard") {
  Demand few;
  few.runs = 4;
  always_held(
      "visits", [] { return with_visits(*arbitrary_visits(60s)); }, few);
}

}  // namespace
}  // namespace shardlab::testing
