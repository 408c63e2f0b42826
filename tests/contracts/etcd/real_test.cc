#include <catch2/catch.hpp>

#include "tests/contracts/etcd/cases.h"
#include "tests/contracts/etcd/etcd_process.h"
#include "tests/contracts/etcd/real_peer.h"

namespace shardlab::fakes::etcd {
namespace {

void require_of_real_etcd(const std::string& file) {
  EtcdProcess etcd;
  RealPeer peer(etcd.address());
  require_contract(peer, file);
}

}  // namespace

TEST_CASE("etcd contract: a real etcd keeps it: put") { require_of_real_etcd("put.txt"); }
TEST_CASE("etcd contract: a real etcd keeps it: range") { require_of_real_etcd("range.txt"); }
TEST_CASE("etcd contract: a real etcd keeps it: delete") { require_of_real_etcd("delete.txt"); }
TEST_CASE("etcd contract: a real etcd keeps it: txn") { require_of_real_etcd("txn.txt"); }
TEST_CASE("etcd contract: a real etcd keeps it: compact") { require_of_real_etcd("compact.txt"); }
TEST_CASE("etcd contract: a real etcd keeps it: lease") { require_of_real_etcd("lease.txt"); }
TEST_CASE("etcd contract: a real etcd keeps it: watch") { require_of_real_etcd("watch.txt"); }

}  // namespace shardlab::fakes::etcd
