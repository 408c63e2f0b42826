#pragma once

#include <cstdint>
#include <string>

#include "fakes/etcd/etcd.pb.h"

namespace shardlab::fakes::etcd {

inline PutRequest put_of(std::string key, std::string value, std::int64_t lease = 0) {
  PutRequest request;
  request.set_key(std::move(key));
  request.set_value(std::move(value));
  request.set_lease(lease);
  return request;
}

}  // namespace shardlab::fakes::etcd
