#include "tests/contracts/etcd/cases.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <vector>

#include "tests/contracts/etcd/session.h"

namespace shardlab::fakes::etcd {
namespace {

struct Case {
  std::string name;
  std::vector<std::string> lines;  ///< requests, and indented answers

  std::string text() const {
    std::string text = "== " + name + "\n";
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }
};

std::string path_of(const std::string& file) {
  return SHARDLAB_SOURCE_DIR "/tests/contracts/etcd/cases/" + file;
}

std::vector<Case> read_cases(const std::string& file, std::string& preface) {
  std::ifstream in(path_of(file));
  std::vector<Case> cases;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("== ")) {
      cases.push_back({line.substr(3), {}});
    } else if (cases.empty()) {
      preface += line + "\n";
    } else if (!line.empty()) {
      cases.back().lines.push_back(line);
    }
  }
  return cases;
}

/// The case as this peer answers it.
Case played(Peer& peer, const Case& wanted) {
  Session session(peer);
  Case now{wanted.name, {}};
  for (const std::string& line : wanted.lines) {
    if (line.starts_with(" ")) continue;
    now.lines.push_back(line);
    const std::string answer = session.run(line);
    std::string indented = "  ";
    for (char c : answer) indented += c == '\n' ? std::string("\n  ") : std::string(1, c);
    if (answer.empty()) continue;
    for (std::size_t at = 0; at < indented.size();) {
      const std::size_t end = std::min(indented.find('\n', at), indented.size());
      now.lines.push_back(indented.substr(at, end - at));
      at = end + 1;
    }
  }
  return now;
}

}  // namespace

void require_contract(Peer& peer, const std::string& file) {
  std::string preface;
  const std::vector<Case> cases = read_cases(file, preface);
  REQUIRE_FALSE(cases.empty());
  std::set<std::string> names;
  std::string recorded = preface;
  const bool records = std::getenv("SHARDLAB_RECORD") != nullptr;
  for (const Case& wanted : cases) {
    INFO(file << ": " << wanted.name);
    const bool is_new_name = names.insert(wanted.name).second;
    REQUIRE(is_new_name);
    if (wanted.name.starts_with("[server]") && !peer.notice_period()) continue;
    const Case now = played(peer, wanted);
    recorded += now.text() + "\n";
    if (!records) CHECK(now.text() == wanted.text());
  }
  if (!records) return;
  while (recorded.ends_with("\n\n")) recorded.pop_back();
  std::ofstream(path_of(file)) << recorded;
}

}  // namespace shardlab::fakes::etcd
