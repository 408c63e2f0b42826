#include "tools/version.h"

#include <boost/version.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <google/protobuf/stubs/common.h>
#include <nlohmann/json.hpp>

#include "fakes/mysql/vfs.h"
#include "tools/exit_status.h"

namespace shardlab::tools {

VersionCommand::VersionCommand(CLI::App& app)
    : command_(app.add_subcommand("version", "Prints what was built, and with what")) {
  command_->add_flag("--json", json_, "As JSON");
}

int VersionCommand::execute() const {
  nlohmann::ordered_json facts;
  facts["shardlab"] = SHARDLAB_VERSION;
#ifdef __clang__
  facts["compiler"] =
      fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  facts["compiler"] = fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
  facts["boost"] = fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                               BOOST_VERSION % 100);
  facts["sqlite"] = std::string(fakes::mysql::sqlite_version());
  facts["protobuf"] =
      fmt::format("{}.{}.{}", GOOGLE_PROTOBUF_VERSION / 1000000,
                  GOOGLE_PROTOBUF_VERSION / 1000 % 1000, GOOGLE_PROTOBUF_VERSION % 1000);
  if (json_) {
    std::printf("%s\n", facts.dump().c_str());
    return exit_held;
  }
  for (const auto& [name, value] : facts.items()) {
    std::printf("%-9s %s\n", name.c_str(), value.get<std::string>().c_str());
  }
  return exit_held;
}

}  // namespace shardlab::tools
