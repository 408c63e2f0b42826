#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shardlab::scenarios {

/// The files `$(cat NAME)` can read: `{"vschema.json": "{ ... }"}`.
using VirtualFiles = std::map<std::string, std::string>;

/// One command of the guide, taken apart as a shell would.
/// `./kvtctl.sh ListAllTablets test` is {"kvtctl.sh", {"ListAllTablets", "test"}, "./kvtctl.sh
/// ListAllTablets test", 0}.
struct CommandLine {
  std::string script;                  ///< without a leading `./`
  std::vector<std::string> arguments;  ///< quotes taken off, `$(cat FILE)` expanded
  std::string typed;       ///< as typed, without prompt, on one line where it was continued
  std::size_t offset = 0;  ///< byte of the pasted text where the command begins
  friend bool operator==(const CommandLine&, const CommandLine&) = default;
};

/// Takes a pasted block of the guide as it stands and returns its commands in order.
///
/// Prompts (`vitess/examples/kubernetes$ `, `$ `, `> ` after a continuation) are dropped; `#` lines
/// and blank lines are skipped; a backslash at the end of a line continues it; single and double
/// quotes and `$(cat FILE)` mean what they mean to a shell; line ends may be CRLF. Full-width and
/// no-break spaces separate words like ordinary ones; when they do, they also become ordinary
/// inside quotes, because then the page, not the person, put them there.
///
/// Throws TextError: unclosed quote, unknown file (naming the known ones), anything else only a
/// real shell understands. Source: guide, all `sh` blocks.
std::vector<CommandLine> parse_commands(std::string_view pasted, const VirtualFiles& files);

}  // namespace shardlab::scenarios
