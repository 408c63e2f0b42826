#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/tidy/rules.h"

namespace shardlab::tidy {

/// A tree of sources, each with a path and its code.
inline Tree tree_of(const std::vector<std::pair<std::string, std::string>>& sources) {
  Tree tree;
  for (const auto& [path, code] : sources) {
    tree.sources.emplace(std::piecewise_construct, std::forward_as_tuple(path),
                         std::forward_as_tuple(path, code));
    tree.lists[path.substr(0, path.find('/'))] = "";
  }
  return tree;
}

/// What the rule finds in a tree of that one file, as text; empty when the file keeps the rule.
inline std::string look_at(std::string_view rule, const std::string& path,
                           const std::string& code) {
  return to_text(findings_of(rule, tree_of({{path, code}})));
}

/// The same for statements, which are put into a function of `core/topo/server.cc`.
inline std::string look_at_body(std::string_view rule, const std::string& statements) {
  return look_at(rule, "core/topo/server.cc", "void f() {\n" + statements + "\n}\n");
}

}  // namespace shardlab::tidy
