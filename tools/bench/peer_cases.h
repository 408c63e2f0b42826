#pragma once

#include "tools/bench/sample.h"

namespace shardlab::bench {

/// Coroutines that sleep random durations on AsioLoop; `cancellable` as children of a group are.
Sample sleep_on_asio_loop(Work work, bool cancellable);
/// The same rhythm with function pointers on the bare heap: no coroutine, no Asio.
Sample sleep_on_heap(Work work);
/// `co_await post` on boost::asio::io_context.
Sample post_on_io_context(Work work);
/// Functions that post themselves on boost::asio::io_context.
Sample raw_post_on_io_context(Work work);

}  // namespace shardlab::bench
