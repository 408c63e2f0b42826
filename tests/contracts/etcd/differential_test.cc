#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <rapidcheck.h>

#include "tests/contracts/etcd/arbitrary_line.h"
#include "tests/contracts/etcd/etcd_process.h"
#include "tests/contracts/etcd/real_peer.h"
#include "tests/contracts/etcd/session.h"
#include "tests/contracts/etcd/store_peer.h"

namespace shardlab::fakes::etcd {
namespace {

/// A real etcd looks at this pace for watches that still have history to tell.
constexpr Duration sync_period = 120ms;

/// Both peers side by side.
class Pair {
 public:
  explicit Pair(Peer& real_peer) : real_peer_(real_peer), fake_(fake_peer_), real_(real_peer) {}

  /// What the two answer differently, or nothing.
  std::string difference(const std::string& line) {
    // A watch of history that a compaction overtakes ends; whether it does is a matter of time.
    if (line.starts_with("compact") && has_old_watches_) {
      real_peer_.pass(sync_period);
      has_old_watches_ = false;
    }
    if (line.starts_with("watch") && line.find("from=") != line.npos) has_old_watches_ = true;
    std::string different = compared(line, fake_.run(line), real_.run(line));
    for (std::int64_t watch : fake_.arrived()) {
      if (!different.empty()) break;
      different = compared("watch after " + line, fake_.reply(watch), real_.reply(watch));
    }
    return different;
  }

 private:
  static std::string compared(const std::string& line, const std::string& fake,
                              const std::string& real) {
    if (fake == real) return "";
    return line + "\n--- here\n" + fake + "\n--- etcd\n" + real + "\n";
  }

  StorePeer fake_peer_;
  Peer& real_peer_;
  Session fake_;
  Session real_;
  bool has_old_watches_ = false;
};

rc::Gen<std::vector<std::string>> arbitrary_sequence() {
  const auto number = rc::gen::inRange<std::uint64_t>(0, std::uint64_t(1) << 62);
  const auto line = rc::gen::map(rc::gen::resize(rc::kNominalSize, number), arbitrary_line);
  return rc::gen::scale(0.6, rc::gen::container<std::vector<std::string>>(rc::gen::noShrink(line)));
}

/// As many sequences as `RC_PARAMS` says, but at least that many.
void require_same_answers(std::uint64_t seed) {
  EtcdProcess etcd;
  RealPeer real(etcd.address());
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = std::max(params.maxSuccess, 2500);
  params.seed += seed;
  std::string last_difference;
  const auto result = rc::detail::checkTestable(
      [&] {
        const auto lines = *arbitrary_sequence();
        Pair pair(real);
        for (const std::string& line : lines) {
          const std::string different = pair.difference(line);
          if (different.empty()) continue;
          last_difference = different;
          RC_FAIL(different);
        }
      },
      rc::detail::TestMetadata(), params);
  std::ostringstream told;
  rc::detail::printResultMessage(result, told);
  INFO(told.str() << "\n" << last_difference);
  CHECK(result.is<rc::detail::SuccessResult>());
}

}  // namespace

TEST_CASE("etcd differential: the store and a real etcd answer the same, sequences 1 to 2500") {
  require_same_answers(1);
}

TEST_CASE("etcd differential: the store and a real etcd answer the same, sequences 2501 to 5000") {
  require_same_answers(2);
}

TEST_CASE("etcd differential: the store and a real etcd answer the same, sequences 5001 to 7500") {
  require_same_answers(3);
}

TEST_CASE("etcd differential: the store and a real etcd answer the same, sequences 7501 to 10000") {
  require_same_answers(4);
}

}  // namespace shardlab::fakes::etcd
