#include "tools/told.h"

#include <cstdio>
#include <exception>

#include "scenarios/file/scenario_error.h"
#include "tools/exit_status.h"
#include "tools/files.h"

namespace shardlab::tools {

int told(const char* command, const std::function<int()>& work) {
  try {
    return work();
  } catch (const scenarios::ScenarioError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return exit_usage;
  } catch (const WrongUsage& error) {
    std::fprintf(stderr, "shardlab: %s\nSee: shardlab %s --help\n", error.what(), command);
    return exit_usage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "shardlab: internal error: %s\nPlease report it with: shardlab version\n",
                 error.what());
    return exit_internal;
  }
}

}  // namespace shardlab::tools
