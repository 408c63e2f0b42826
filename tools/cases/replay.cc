#include "tools/cases/replay.h"

#include <fmt/format.h>

#include "scenarios/case/failure_text.h"
#include "tools/exit_status.h"

namespace shardlab::tools {

using scenarios::Case;

Replay replay_of(const Case& saved, const scenarios::RunReport& report, const std::string& file) {
  const auto failure = failure_like(saved.failure, report);
  if (!failure) {
    std::string now = "it holds";
    if (const auto other = scenarios::failure_of(report)) {
      now = fmt::format("{}: {}", other->property, other->sentence);
    } else if (!report.inconclusive.empty()) {
      now = report.inconclusive;
    }
    return {fmt::format("outcome changed\n  saved     {}: {}\n  now       {}\n",
                        saved.failure.property, saved.failure.sentence, now),
            exit_changed};
  }
  Case now = saved;
  now.failure = *failure;
  now.digest = report.digest;
  now.events = report.events;
  Replay replay{format_failure(now, report, file, "", std::nullopt), exit_violated};
  if (report.digest == saved.digest) return replay;
  replay.text += fmt::format("trace differs: saved {} by build {}, now {} by build {}\n",
                             saved.digest, saved.found_by.build, report.digest, SHARDLAB_VERSION);
  if (saved.found_by.build == SHARDLAB_VERSION) replay.status = exit_nondeterminism;
  return replay;
}

}  // namespace shardlab::tools
