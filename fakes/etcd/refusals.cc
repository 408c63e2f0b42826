#include "fakes/etcd/refusals.h"

namespace shardlab::fakes::etcd {

std::string_view grpc_code_of(std::string_view text) {
  using namespace refusal;
  for (const Refusal& known :
       {no_key, key_not_found, value_given, lease_given, too_many_ops, duplicate_key, bad_sort,
        compacted, future, lease_not_found, lease_exists, ttl_too_large, too_large, no_leader,
        leader_changed, timed_out}) {
    if (text == known.text) return known.grpc_code;
  }
  return "UNKNOWN";
}

}  // namespace shardlab::fakes::etcd
