#include <catch2/catch.hpp>

#include "tests/contracts/etcd/cases.h"
#include "tests/contracts/etcd/sim_peer.h"
#include "tests/contracts/etcd/store_peer.h"

namespace shardlab::fakes::etcd {

TEST_CASE("etcd contract: the store in memory keeps it") {
  StorePeer peer;
  for (const char* file :
       {"put.txt", "range.txt", "delete.txt", "txn.txt", "compact.txt", "lease.txt", "watch.txt"}) {
    require_contract(peer, file);
  }
}

TEST_CASE("etcd contract: the simulated server keeps it over the simulated network") {
  SimPeer<EtcdWorld> peer;
  for (const char* file :
       {"put.txt", "range.txt", "delete.txt", "txn.txt", "compact.txt", "lease.txt", "watch.txt"}) {
    require_contract(peer, file);
  }
}

TEST_CASE("etcd contract: a follower of a simulated cluster keeps it") {
  SimPeer<ClusterWorld> peer;
  for (const char* file :
       {"put.txt", "range.txt", "delete.txt", "txn.txt", "compact.txt", "lease.txt", "watch.txt"}) {
    require_contract(peer, file);
  }
}

}  // namespace shardlab::fakes::etcd
