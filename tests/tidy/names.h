#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/source.h"

namespace shardlab::tidy {

/// Where in a source a name stands for something: from token `begin` to token `end`.
struct Scope {
  std::string_view name;
  int begin;
  int end;
};

/// What the names of a tree stand for, also behind aliases of other files.
struct Names {
  explicit Names(const Tree& tree);

  bool is_hash_container(std::string_view type) const;

  std::set<std::string_view> tasks{"Task", "awaitable"};  ///< what awaited functions return
  std::set<std::string_view> hashes;                      ///< aliases of hash containers
  std::set<std::string_view> pointers;                    ///< smart pointers, aliases of pointers
  std::set<std::string_view> views;                       ///< refer to data that others own
  std::set<std::string_view> hash_members;  ///< members, globals and functions that are a container
  std::set<std::string_view> nested_hash_members;  ///< containers of hash containers
};

/// The hash containers that are declared inside functions of a source.
struct HashScopes {
  HashScopes(const Source& source, const Names& names);

  std::vector<Scope> containers;
  std::vector<Scope> nested;
};

}  // namespace shardlab::tidy
