#pragma once

#include <fmt/format.h>
#include <string>

#include "core/base/error.h"

namespace shardlab::fakes::etcd {

/// The message in these bytes. Throws Error: corrupt.
template <class Message>
Message decode(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) {
    throw Error(Errc::corrupt, fmt::format("undecodable {}", message.GetTypeName()));
  }
  return message;
}

}  // namespace shardlab::fakes::etcd
