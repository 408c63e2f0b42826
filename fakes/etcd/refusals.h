#pragma once

#include <string_view>

#include "core/base/error.h"

namespace shardlab::fakes::etcd {

/// A sentence with which etcd refuses, the code callers here react to, and gRPC's code.
/// Source: etcd 3.4 etcdserver/api/v3rpc/rpctypes/error.go.
struct Refusal {
  std::string_view text;
  Errc code;
  std::string_view grpc_code;  ///< `"OUT_OF_RANGE"`

  operator Error() const { return Error(code, std::string(text)); }
};

namespace refusal {

inline constexpr Refusal no_key{"etcdserver: key is not provided", Errc::invalid_argument,
                                "INVALID_ARGUMENT"};
inline constexpr Refusal key_not_found{"etcdserver: key not found", Errc::not_found,
                                       "INVALID_ARGUMENT"};
inline constexpr Refusal value_given{"etcdserver: value is provided", Errc::invalid_argument,
                                     "INVALID_ARGUMENT"};
inline constexpr Refusal lease_given{"etcdserver: lease is provided", Errc::invalid_argument,
                                     "INVALID_ARGUMENT"};
inline constexpr Refusal too_many_ops{"etcdserver: too many operations in txn request",
                                      Errc::invalid_argument, "INVALID_ARGUMENT"};
inline constexpr Refusal duplicate_key{"etcdserver: duplicate key given in txn request",
                                       Errc::invalid_argument, "INVALID_ARGUMENT"};
inline constexpr Refusal bad_sort{"etcdserver: invalid sort option", Errc::invalid_argument,
                                  "INVALID_ARGUMENT"};
inline constexpr Refusal compacted{"etcdserver: mvcc: required revision has been compacted",
                                   Errc::failed_precondition, "OUT_OF_RANGE"};
inline constexpr Refusal future{"etcdserver: mvcc: required revision is a future revision",
                                Errc::invalid_argument, "OUT_OF_RANGE"};
inline constexpr Refusal lease_not_found{"etcdserver: requested lease not found", Errc::not_found,
                                         "NOT_FOUND"};
inline constexpr Refusal lease_exists{"etcdserver: lease already exists", Errc::already_exists,
                                      "FAILED_PRECONDITION"};
inline constexpr Refusal ttl_too_large{"etcdserver: too large lease TTL", Errc::invalid_argument,
                                       "OUT_OF_RANGE"};
inline constexpr Refusal too_large{"etcdserver: request is too large", Errc::invalid_argument,
                                   "INVALID_ARGUMENT"};

// Of a cluster. Who is told `no_leader` or `leader_changed` knows that nothing has happened.

inline constexpr Refusal no_leader{"etcdserver: no leader", Errc::unavailable, "UNAVAILABLE"};
inline constexpr Refusal leader_changed{"etcdserver: leader changed", Errc::unavailable,
                                        "UNAVAILABLE"};
inline constexpr Refusal timed_out{"etcdserver: request timed out", Errc::timed_out, "UNAVAILABLE"};

}  // namespace refusal

/// gRPC's code for a sentence of etcd's; `"UNKNOWN"` for any other.
std::string_view grpc_code_of(std::string_view text);

/// What a client is told whose connection broke behind a write that took effect.
inline Error lost_answer() { return Error(Errc::outcome_unknown, "connection reset by peer"); }

}  // namespace shardlab::fakes::etcd
