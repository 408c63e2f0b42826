#include "tools/cases/regressions.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "scenarios/case/case_file.h"
#include "scenarios/report/format.h"
#include "tools/exit_status.h"
#include "tools/sweep/progress.h"
#include "tools/sweep/worker_pool.h"

namespace shardlab::tools {
namespace {

using scenarios::Case;
using scenarios::CaseFailure;
using scenarios::Ending;
using scenarios::WorldRecord;

std::optional<CaseFailure> failure_in(const WorldRecord& record) {
  if (record.ending != Ending::violated) return std::nullopt;
  CaseFailure failure;
  failure.property = record.property;
  failure.violation_class = record.violation_class;
  failure.sentence = scenarios::sentence_of(record.detail);
  return failure;
}

/// Runs in a worker. It is not enough that the old failure stays away: nothing may be wrong.
WorldRecord play(const Case& what) {
  const scenarios::RunReport report = play_case(what);
  WorldRecord record = record_of(report);
  const auto again = failure_like(what.failure, report);
  if (!again) return record;
  record.property = again->property;
  record.violation_class = again->violation_class;
  record.detail = again->sentence;
  return record;
}

void take(const JobEnd& end, const Case& what, PlayedCase& played) {
  if (end.how != JobEnd::How::done) {
    played.ending = Ending::failed;
    played.error = end.how == JobEnd::How::died ? "its worker process " + end.text : end.text;
    return;
  }
  const WorldRecord record = scenarios::decode_world_record(end.text);
  played.ending = record.ending;
  played.failure = failure_in(record);
  if (record.ending == Ending::inconclusive) played.error = record.detail;
  played.fails_as_before = played.failure && played.failure->property == what.failure.property;
}

}  // namespace

std::size_t PlayedCases::count(Ending ending) const {
  return static_cast<std::size_t>(std::ranges::count(cases, ending, &PlayedCase::ending));
}

PlayedCases play_cases(const std::vector<std::string>& files, unsigned workers) {
  PlayedCases played;
  std::vector<Case> cases;
  for (const std::string& file : files) {
    cases.push_back(scenarios::load_case(file));
    played.cases.emplace_back().file = file;
  }
  Progress progress;
  std::vector<bool> has_ended(cases.size());
  Jobs jobs;
  jobs.count = cases.size();
  jobs.workers = workers;
  jobs.task.work = [&](std::uint64_t job) { return encode(play(cases[job])); };
  jobs.ended = [&](const JobEnd& end) {
    take(end, cases[end.job], played.cases[end.job]);
    has_ended[end.job] = true;
  };
  jobs.waited = [&] {
    progress.tell([&] {
      return fmt::format("{} of {} regressions", std::ranges::count(has_ended, true), cases.size());
    });
  };
  if (!cases.empty()) {
    played.was_interrupted = do_jobs(jobs).end == JobsResult::End::interrupted;
  }
  for (std::size_t i = cases.size(); i-- > 0;) {
    if (has_ended[i]) continue;
    played.cases.erase(played.cases.begin() + static_cast<std::ptrdiff_t>(i));
    ++played.left_out;
  }
  return played;
}

std::string format_text(const PlayedCases& played) {
  const std::size_t all = played.cases.size() + played.left_out;
  if (all == 0) return "";
  std::string text = fmt::format("regressions  {} case{}", all, all == 1 ? "" : "s");
  for (const Ending ending :
       {Ending::held, Ending::violated, Ending::inconclusive, Ending::failed}) {
    const std::size_t count = played.count(ending);
    if (count > 0) text += fmt::format("  {} {}", to_string(ending), count);
  }
  if (played.left_out > 0) text += fmt::format("  left out {}", played.left_out);
  text += '\n';
  for (const PlayedCase& one : played.cases) {
    if (one.ending == Ending::held) continue;
    const std::string why =
        one.failure ? fmt::format("{}: {}", one.failure->property, one.failure->sentence)
                    : one.error;
    text += fmt::format("  {:<10}{}\n  replay    shardlab replay {}\n",
                        one.ending == Ending::violated ? "FAIL" : "ERROR", why, one.file);
  }
  return text;
}

int status_of(const PlayedCases& played) {
  if (played.cases.empty()) return exit_nothing_ran;
  for (const Ending worst : {Ending::failed, Ending::violated, Ending::inconclusive}) {
    if (played.count(worst) > 0) return exit_status_of(worst);
  }
  return exit_held;
}

}  // namespace shardlab::tools
