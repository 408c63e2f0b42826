#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/checks/check.h"
#include "scenarios/cluster/live_cluster.h"
#include "scenarios/run/scripts.h"

namespace shardlab::runs {

/// The named file of `scenarios/files`.
scenarios::Scenario scenario_of(const std::string& file);

/// What is stored in a world: every record of the topology, every server's messages, streams and
/// position, who serves. By name: `"test tablets/test-0000000100/Tablet"`.
using Content = std::map<std::string, std::string>;

/// What stands for the content of a table that is not there.
constexpr std::string_view no_such_table = "(no such table)";

/// Names of the entries that differ.
std::vector<std::string> differences(const Content& before, const Content& after);

/// A scenario played by hand: a test may type and break what it likes between its steps, while the
/// checks watch.
class GuideRun {
 public:
  explicit GuideRun(std::uint64_t seed, scenarios::Scenario scenario = scenario_of("guide.toml"));

  scenarios::LiveCluster& cluster() { return cluster_; }
  const scenarios::Scenario& scenario() const { return cluster_.scenario(); }

  /// Types one line, `./kvtctl.sh ListAllTablets test`, and waits until it has ended.
  scenarios::CommandResult type(const std::string& line);
  /// Plays the steps that have not been played, up to the end of this one. Throws
  /// std::runtime_error when a command fails.
  void play_to(std::string_view step);
  void play_to_end();

  void run_for(Duration span);
  /// Runs until `done` holds, which is looked at every 100 ms; false when `limit` is over first.
  bool run_until(const std::function<bool()>& done, Duration limit);
  /// Does this `span` from now, while something else runs.
  void in(Duration span, std::function<void()> action);
  /// Posts a message as the visitor and waits for the answer.
  fakes::guestbook::Outcome post(std::uint64_t page, const std::string& text);

  Content content();
  /// Texts of the messages on a server, sorted.
  std::vector<std::string> texts_on(const std::string& alias);
  /// Shards that serve a type, in key order, by the serving graph.
  std::vector<std::string> serving(topodata::TabletType type);

  /// What the checks of the scenario found up to now; to be asked once, in the end.
  std::vector<std::string> violations();

 private:
  void watch();
  void play(const scenarios::Step& step);

  scenarios::LiveCluster cluster_;
  std::vector<std::unique_ptr<scenarios::Check>> checks_;
  std::size_t next_step_ = 0;
};

/// `"test-0000000100"`.
std::string alias(std::uint32_t uid);

}  // namespace shardlab::runs
