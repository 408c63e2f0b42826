#pragma once

#include <string>

#include "tests/contracts/etcd/peer.h"

namespace shardlab::fakes::etcd {

/// Runs all cases of `tests/contracts/etcd/cases/FILE` on the peer, each as a section of the
/// current Catch2 case. A case is
///
///     == sentence
///     request
///       what the answer says
///
/// A sentence that begins with `[server]` is no matter of a peer without one.
/// With `SHARDLAB_RECORD=1` in the environment the file's answers are written anew instead; only
/// the real server's are worth it.
void require_contract(Peer& peer, const std::string& file);

}  // namespace shardlab::fakes::etcd
