#include "tools/cases/find.h"

#include <cstdio>
#include <utility>

#include "scenarios/case/case_file.h"
#include "scenarios/file/load.h"
#include "scenarios/run/runner.h"
#include "tools/cases/case_store.h"
#include "tools/cases/trials.h"

namespace shardlab::tools {
namespace {

using scenarios::Case;
using scenarios::RunReport;

/// Plays the case and takes over what its run says of itself. False when it does not fail alike.
bool confirm(Case& what, RunReport& report, const ShrinkOptions& how) {
  scenarios::RunOptions options;
  options.checks = how.checks;
  report = play_case(what, std::move(options));
  auto failure = failure_like(what.failure, report);
  if (!failure) return false;
  what.failure = std::move(*failure);
  what.also = violated_names(report);
  std::erase(what.also, what.failure.property);
  what.digest = report.digest;
  what.events = report.events;
  return true;
}

/// None when it does not go wrong any more once all is written down: visitors then come at the
/// times they came, which is nearly the same run.
std::optional<Case> written_down(const Suspect& suspect, RunReport& report,
                                 const ShrinkOptions& how) {
  scenarios::Recording recording;
  scenarios::RunOptions options;
  options.seed = suspect.seed;
  options.schedule = suspect.schedule;
  options.checks = how.checks;
  options.record = [&](scenarios::Recording run) { recording = std::move(run); };
  const RunReport played = run_scenario(suspect.scenario, std::move(options));
  if (!scenarios::failure_of(played)) return std::nullopt;
  scenarios::FoundBy by;
  by.scenario = suspect.scenario.name;
  by.seed = suspect.seed;
  by.build = SHARDLAB_VERSION;
  by.date = today();
  by.test = suspect.test;
  Case what = case_of(suspect.file, std::move(recording), played, std::move(by));
  if (!confirm(what, report, how)) return std::nullopt;
  return what;
}

void shrink_into(FoundCase& found, const ShrinkOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  WorkerTrials trials(
      options.workers, began + options.budget,
      [&](const Case& smaller) { save_case(smaller, found.file); }, options.checks);
  if (!found.smallest.found) found.smallest.found = size_of(found.smallest);
  trials.found_smaller(found.smallest);
  scenarios::Shrunk shrunk = shrink(std::move(found.smallest), trials);
  found.smallest = std::move(shrunk.smallest);
  found.was_interrupted = trials.was_interrupted();
  scenarios::Shrinking how;
  how.tries = trials.tries();
  how.real = std::chrono::steady_clock::now() - began;
  how.is_minimal = shrunk.is_minimal;
  found.shrinking = how;
  std::fprintf(stderr, "%s: %llu tries in %.1f s\n", found.file.c_str(),
               static_cast<unsigned long long>(how.tries),
               std::chrono::duration<double>(how.real).count());
  const std::string digest = found.smallest.digest;
  found.is_nondeterministic =
      !confirm(found.smallest, found.report, options) || found.smallest.digest != digest;
  save_case(found.smallest, found.file);
  // Once more as somebody else will play it.
  Case read = scenarios::load_case(found.file);
  RunReport again;
  found.is_nondeterministic |= !confirm(read, again, options) || again.digest != digest;
}

}  // namespace

std::optional<FoundCase> find_case(const Suspect& suspect, const ShrinkOptions& options) {
  FoundCase found;
  std::optional<Case> raw = written_down(suspect, found.report, options);
  if (!raw) return std::nullopt;
  found.smallest = std::move(*raw);
  const std::string name = name_of(found.smallest);
  const std::string raw_file = found_path(options.folder, name + "-raw");
  save_case(found.smallest, raw_file);
  std::fprintf(stderr, "seed %llu: %s is violated; saved as %s\n",
               static_cast<unsigned long long>(suspect.seed),
               found.smallest.failure.property.c_str(), raw_file.c_str());
  found.file = raw_file;
  if (options.budget == Duration(0)) return found;
  found.raw_file = raw_file;
  found.file = found_path(options.folder, name);
  shrink_into(found, options);
  return found;
}

std::optional<FoundCase> shrink_file(const std::string& path, const ShrinkOptions& options) {
  FoundCase found;
  found.smallest = scenarios::load_case(path);
  found.file = path;
  if (!confirm(found.smallest, found.report, options)) return std::nullopt;
  shrink_into(found, options);
  return found;
}

}  // namespace shardlab::tools
