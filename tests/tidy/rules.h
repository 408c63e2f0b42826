#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/source.h"

namespace shardlab::tidy {

struct Finding {
  std::string path;
  int line;
  std::string text;
};
using Findings = std::vector<Finding>;

/// A rule of the house: looks at one source, knows the whole tree, says what breaks it.
struct Rule {
  std::string_view name;     ///< as in `// tidy: allow(await-first) reason`
  std::string_view folders;  ///< where it holds: "core sim fakes scenarios tools tests"
  void (*look)(const Source& source, const Tree& tree, Findings& findings);
};

const std::vector<Rule>& rules();

/// What breaks the named rule in the tree, without what a justified allowance excuses.
Findings findings_of(std::string_view rule, const Tree& tree);

/// Allowances that name no rule, give no reason, or excuse nothing.
Findings idle_allowances(const Tree& tree);

/// `core/key/key_range.cc:12: <random> ...`, one line each.
std::string to_text(const Findings& findings);

// Coroutines: what GCC 12.2 compiles wrongly or what dangles or swallows a cancellation.
void await_stands_first(const Source& source, const Tree& tree, Findings& findings);
void awaited_functions_take_values(const Source& source, const Tree& tree, Findings& findings);
void lambda_coroutines_capture_nothing(const Source& source, const Tree& tree, Findings& findings);
void nothing_is_detached(const Source& source, const Tree& tree, Findings& findings);
void cancellation_passes(const Source& source, const Tree& tree, Findings& findings);
void no_await_in_catch(const Source& source, const Tree& tree, Findings& findings);

// Between two compilers.
void moved_arguments_stand_alone(const Source& source, const Tree& tree, Findings& findings);

// Determinism.
void no_banned_names(const Source& source, const Tree& tree, Findings& findings);
void no_banned_headers(const Source& source, const Tree& tree, Findings& findings);
void no_hash_order(const Source& source, const Tree& tree, Findings& findings);
void no_pointer_order(const Source& source, const Tree& tree, Findings& findings);

// The house.
void arrows_are_kept(const Source& source, const Tree& tree, Findings& findings);
void sim_knows_no_database(const Source& source, const Tree& tree, Findings& findings);
void size_is_kept(const Source& source, const Tree& tree, Findings& findings);
void is_listed_in_cmake(const Source& source, const Tree& tree, Findings& findings);

}  // namespace shardlab::tidy
