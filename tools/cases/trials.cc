#include "tools/cases/trials.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace shardlab::tools {
namespace {

using scenarios::Case;
using scenarios::RunReport;

/// What a worker says of a candidate that fails: the rest of the case is known here.
std::string answer_of(const Case& candidate, const std::vector<scenarios::OwnCheck>& checks) {
  scenarios::RunOptions options;
  options.checks = checks;
  const RunReport report = play_case(candidate, std::move(options));
  const auto again = failure_like(candidate.failure, report);
  if (!again || !fails_no_worse(candidate, report)) return "";
  const nlohmann::json answer{
      {"digest", report.digest}, {"events", report.events}, {"sentence", again->sentence}};
  return answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void take_answer(const std::string& text, Case& candidate) {
  const auto answer = nlohmann::json::parse(text);
  candidate.digest = answer.at("digest").get<std::string>();
  candidate.events = answer.at("events").get<std::uint64_t>();
  candidate.failure.sentence = answer.at("sentence").get<std::string>();
}

}  // namespace

WorkerTrials::WorkerTrials(unsigned workers, RealTime deadline,
                           std::function<void(const Case&)> smaller,
                           std::vector<scenarios::OwnCheck> checks)
    : workers_(workers),
      deadline_(deadline),
      smaller_(std::move(smaller)),
      checks_(std::move(checks)) {}

std::optional<scenarios::Trials::Hit> WorkerTrials::first_failing(std::vector<Case> candidates) {
  std::map<std::uint64_t, std::string> failing;
  Jobs jobs;
  jobs.count = candidates.size();
  jobs.workers = workers_;
  jobs.task.work = [&](std::uint64_t job) { return answer_of(candidates[job], checks_); };
  jobs.task.deadline = deadline_;
  jobs.ended = [&](const JobEnd& end) {
    if (end.how == JobEnd::How::done && !end.text.empty()) failing[end.job] = end.text;
  };
  jobs.waited = [this] { progress_.tell([this] { return status(); }); };
  was_interrupted_ |= do_jobs(jobs).end == JobsResult::End::interrupted;
  if (failing.empty() || was_interrupted_) {
    tries_ += candidates.size();
    return std::nullopt;
  }
  Hit hit;
  hit.index = failing.begin()->first;
  tries_ += hit.index + 1;  // what was played beyond it, at the same time, does not count
  hit.candidate = std::move(candidates[hit.index]);
  take_answer(failing.begin()->second, hit.candidate);
  return hit;
}

bool WorkerTrials::is_over() const {
  return was_interrupted_ || std::chrono::steady_clock::now() >= deadline_;
}

void WorkerTrials::found_smaller(const Case& smaller) {
  size_ = size_of(smaller);
  smaller_(smaller);
}

/// `"shrinking: 97 tries · 2 faults, 14 visits, 11 rows, 9 tablets · 41 s left"`
std::string WorkerTrials::status() const {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(
      deadline_ - std::chrono::steady_clock::now());
  return fmt::format("shrinking: {} tries · {} faults, {} visits, {} rows, {} tablets · {} s left",
                     tries_, size_.faults, size_.visits, size_.rows, size_.tablets,
                     std::max<std::int64_t>(left.count(), 0));
}

}  // namespace shardlab::tools
