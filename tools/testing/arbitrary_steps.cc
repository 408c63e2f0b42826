#include <algorithm>
#include <fmt/format.h>

#include "tools/testing/generators.h"
#include "tools/testing/pick.h"

namespace shardlab::testing {
namespace {

using scenarios::CommandLine;
using scenarios::Scenario;
using scenarios::Step;

/// One thing done otherwise than the guide says, at a place in the list of steps.
struct Slip {
  enum class What { again, left_out, early, cancel, back_rdonly, back_replica };
  What what = What::again;
  std::size_t place = 0;
};

bool any_command(const Step& step, bool (*is_it)(const CommandLine&)) {
  return std::ranges::any_of(step.commands, is_it);
}

bool takes_down(const CommandLine& command) {
  return command.script.ends_with("-down.sh") ||
         (!command.arguments.empty() && command.arguments.front() == "DeleteShard");
}

/// Once there are rows it loses them, and is meant to.
bool is_destructive(const CommandLine& command) {
  return !command.arguments.empty() && command.arguments.front() == "InitShardMaster";
}

bool speaks_of_others(const Step& step) {
  for (const auto* expr : {&step.expect.that, &step.expect.eventually, &step.done_when}) {
    if (*expr && !remembered_by(**expr).empty()) return true;
  }
  return false;
}

std::vector<Step> steps_of_the_guide(const Scenario& scenario) {
  std::vector<Step> steps;
  for (const Step& step : scenario.steps) {
    if (any_command(step, takes_down)) break;
    if (!speaks_of_others(step)) steps.push_back(step);
  }
  return steps;
}

/// `"clone-again"`, `"clone-again-again"`: an id that no step has.
std::string new_id(const Scenario& scenario, const std::vector<Step>& steps, std::string id,
                   std::string_view suffix) {
  const auto is_taken = [&] {
    return scenario.find_step(id) || std::ranges::count(steps, id, &Step::id) > 0;
  };
  while (is_taken()) id += suffix;
  return id;
}

void insert_behind(std::vector<Step>& steps, std::size_t place, Step step) {
  steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(place) + 1, std::move(step));
}

Step typed(std::string id, const std::string& command) {
  Step step;
  step.id = std::move(id);
  step.commands = scenarios::parse_commands("./kvtctl.sh " + command, {});
  return step;
}

class Slips {
 public:
  explicit Slips(const Scenario& scenario)
      : scenario_(scenario), steps_(steps_of_the_guide(scenario)) {
    const scenarios::KeyspaceSpec& keyspace = scenario.keyspaces.front();
    shard_ = fmt::format("{}/{}", keyspace.name, keyspace.shards.front().name);
  }

  void make(const Slip& slip) {
    if (steps_.empty()) return;
    const std::size_t place = slip.place % steps_.size();
    switch (slip.what) {
      case Slip::What::again: do_again(place); break;
      case Slip::What::left_out:
        if (is_free(place)) steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(place));
        break;
      case Slip::What::early:
        if (place > 0 && is_free(place) && is_free(place - 1)) {
          std::swap(steps_[place - 1], steps_[place]);
        }
        break;
      case Slip::What::cancel: type(place, "cancel", "CancelResharding " + shard_); break;
      case Slip::What::back_rdonly:
        type(place, "back-rdonly", fmt::format("MigrateServedTypes -reverse {} rdonly", shard_));
        break;
      case Slip::What::back_replica:
        type(place, "back-replica", fmt::format("MigrateServedTypes -reverse {} replica", shard_));
        break;
    }
  }

  std::vector<Step> steps() && { return std::move(steps_); }

 private:
  /// May be moved or be missing: the faults do not wait for it, and it loses nothing.
  bool is_free(std::size_t place) const {
    const Step& step = steps_[place];
    return step.id != scenario_.faults_after && !any_command(step, is_destructive);
  }

  void do_again(std::size_t place) {
    if (any_command(steps_[place], is_destructive)) return;
    Step again;
    again.id = new_id(scenario_, steps_, steps_[place].id, "-again");
    again.commands = steps_[place].commands;
    insert_behind(steps_, place, std::move(again));
  }

  void type(std::size_t place, std::string id, const std::string& command) {
    id = new_id(scenario_, steps_, std::move(id), "-again");
    insert_behind(steps_, place, typed(std::move(id), command));
  }

  const Scenario& scenario_;
  std::vector<Step> steps_;
  std::string shard_;
};

Slip pick_slip(std::size_t places) {
  static const std::vector<Slip::What> all{Slip::What::again,       Slip::What::left_out,
                                           Slip::What::early,       Slip::What::cancel,
                                           Slip::What::back_rdonly, Slip::What::back_replica};
  Slip slip;
  slip.what = pick_one(all);
  slip.place = pick<std::size_t>(0, places);
  return slip;
}

}  // namespace

rc::Gen<std::vector<Step>> arbitrary_steps(const Scenario& scenario, std::size_t at_most) {
  const std::size_t places = scenario.steps.size();
  const rc::Gen<Slip> slip = rc::gen::exec([places] { return pick_slip(places); });
  return rc::gen::map(several(at_most, slip), [scenario](const std::vector<Slip>& slips) {
    Slips made(scenario);
    for (const Slip& one : slips) made.make(one);
    return std::move(made).steps();
  });
}

}  // namespace shardlab::testing
