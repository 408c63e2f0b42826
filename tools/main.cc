#include <CLI/CLI.hpp>
#include <cstdio>
#include <malloc.h>

#include "tools/case_commands.h"
#include "tools/check_command.h"
#include "tools/crash_points_command.h"
#include "tools/exit_status.h"
#include "tools/help_command.h"
#include "tools/run_command.h"
#include "tools/trace_command.h"
#include "tools/version.h"

namespace {

constexpr const char* examples =
    "Examples\n"
    "  shardlab run scenarios/files/guide.toml              split shard 0 while the Guestbook "
    "runs\n"
    "  shardlab run scenarios/files/guide.toml --transcript the same, with everything the commands "
    "print\n"
    "  shardlab check scenarios/files --time 60s            many worlds of each, on all cores\n"
    "  shardlab replay .shardlab/found/3f9c1e.toml          what check found, the exact run again\n"
    "  shardlab run scenarios/files/guide.toml --trace a.sltrace     record every event\n"
    "  shardlab diff a.sltrace b.sltrace                    where two recorded runs part\n"
    "  shardlab trace a.sltrace --as perfetto > a.json      look at one in ui.perfetto.dev\n";

constexpr const char* statuses =
    "Exit status  0 every property held   1 one was violated   2 wrong usage or invalid scenario\n"
    "             3 inconclusive   4 nondeterminism   5 nothing ran   6 a replay's outcome "
    "changed\n"
    "             70 internal error   130 Ctrl-C";

int fail_usage(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  std::fprintf(stderr, "shardlab: %s\nSee: shardlab --help\n", error.what());
  return shardlab::tools::exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace shardlab::tools;
  // A world frees and takes many megabytes again and again; giving them back to the system in
  // between costs an eighth of a large run.
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  CLI::App app("shardlab: reshard a simulated Vitess-style cluster, deterministically\n\n" +
               std::string(examples));
  app.footer(statuses);
  app.require_subcommand(0, 1);
  RunCommand run(app);
  CheckCommand check(app);
  CrashPointsCommand crash_points(app);
  ReplayCommand replay(app);
  ShrinkCommand shrink(app);
  CorpusCommand corpus(app);
  TraceCommand trace(app);
  DiffCommand diff(app);
  VersionCommand version(app);
  HelpCommand help(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return fail_usage(app, error);
  }
  if (run.was_given()) return run.execute();
  if (check.was_given()) return check.execute();
  if (crash_points.was_given()) return crash_points.execute();
  if (replay.was_given()) return replay.execute();
  if (shrink.was_given()) return shrink.execute();
  if (corpus.was_given()) return corpus.execute();
  if (trace.was_given()) return trace.execute();
  if (diff.was_given()) return diff.execute();
  if (version.was_given()) return version.execute();
  if (help.was_given()) return help.execute();
  std::fputs(app.help().c_str(), stdout);
  return exit_held;
}
