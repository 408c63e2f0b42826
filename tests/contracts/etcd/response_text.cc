#include "tests/contracts/etcd/response_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <vector>

namespace shardlab::fakes::etcd {
namespace {

std::string shortened(const std::string& value) {
  if (value.size() < 20 || value.find_first_not_of(value[0]) != value.npos) return value;
  return fmt::format("{}*{}", value[0], value.size());
}

std::string indented(const std::string& lines) {
  std::string text = "  ";
  for (char c : lines) text += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return text;
}

}  // namespace

template <class Response>
std::string ResponseText::at(const Response& response) const {
  if (!response.has_header()) return "@-";
  return fmt::format("@{}", shown(response.header().revision()));
}

std::string ResponseText::of(const KeyValue& kv) const {
  std::string text =
      fmt::format("{}={} c{} m{} v{}", kv.key(), shortened(kv.value()), shown(kv.create_revision()),
                  shown(kv.mod_revision()), kv.version());
  if (kv.lease() != 0) text += fmt::format(" l{}", kv.lease());
  return text;
}

std::string ResponseText::of(const Event& event) const {
  std::string text = event.type() == Event::PUT ? "put " : "delete ";
  text += of(event.kv());
  if (event.has_prev_kv()) text += ", was " + of(event.prev_kv());
  return text;
}

std::string ResponseText::of(const RangeResponse& response) const {
  std::string text = fmt::format("{} count {}", at(response), response.count());
  if (response.more()) text += ", more";
  for (const KeyValue& kv : response.kvs()) text += "\n" + of(kv);
  return text;
}

std::string ResponseText::of(const PutResponse& response) const {
  std::string text = at(response);
  if (response.has_prev_kv()) text += "\nwas " + of(response.prev_kv());
  return text;
}

std::string ResponseText::of(const DeleteRangeResponse& response) const {
  std::string text = fmt::format("{} deleted {}", at(response), response.deleted());
  for (const KeyValue& kv : response.prev_kvs()) text += "\nwas " + of(kv);
  return text;
}

std::string ResponseText::of(const ResponseOp& op) const {
  switch (op.response_case()) {
    case ResponseOp::kResponseRange: return "get " + of(op.response_range());
    case ResponseOp::kResponsePut: return "put " + of(op.response_put());
    case ResponseOp::kResponseDeleteRange: return "del " + of(op.response_delete_range());
    case ResponseOp::kResponseTxn: return "txn " + of(op.response_txn());
    default: return "nothing";
  }
}

std::string ResponseText::of(const TxnResponse& response) const {
  std::string text = at(response) + (response.succeeded() ? " succeeded" : " failed");
  for (const ResponseOp& op : response.responses()) text += "\n" + indented(of(op));
  return text;
}

std::string ResponseText::of(const CompactionResponse& response) const { return at(response); }

std::string ResponseText::of(const LeaseGrantResponse& response) const {
  std::string text = fmt::format("{} lease {}, {} s", at(response), response.id(), response.ttl());
  if (!response.error().empty()) text += ", error " + response.error();
  return text;
}

std::string ResponseText::of(const LeaseKeepAliveResponse& response) const {
  return fmt::format("{} lease {}, {} s", at(response), response.id(), response.ttl());
}

std::string ResponseText::of(const LeaseRevokeResponse& response) const { return at(response); }

std::string ResponseText::of(const LeaseTimeToLiveResponse& response) const {
  std::string left = fmt::format("{}", response.ttl());
  if (response.ttl() >= 0) left = response.ttl() + 2 < response.granted_ttl() ? "less" : "full";
  std::string text = fmt::format("{} lease {}, granted {} s, left {}", at(response), response.id(),
                                 response.granted_ttl(), left);
  const std::set<std::string> keys(response.keys().begin(), response.keys().end());
  if (!keys.empty()) text += fmt::format(", keys {}", fmt::join(keys, " "));
  return text;
}

std::string ResponseText::of(const LeaseLeasesResponse& response) const {
  std::vector<std::int64_t> ids;
  for (const LeaseStatus& lease : response.leases()) ids.push_back(lease.id());
  std::ranges::sort(ids);
  if (ids.empty()) return at(response) + " no leases";
  return fmt::format("{} leases {}", at(response), fmt::join(ids, " "));
}

std::string ResponseText::of(const WatchResponse& response) const {
  std::string text = fmt::format("{} watch {}", at(response), response.watch_id());
  if (response.created()) text += ", created";
  if (response.canceled()) text += ", canceled";
  if (response.compact_revision() != 0) {
    text += fmt::format(", compacted {}", shown(response.compact_revision()));
  }
  if (!response.cancel_reason().empty()) text += ", because " + response.cancel_reason();
  if (response.fragment()) text += ", to be continued";
  for (const Event& event : response.events()) text += "\n" + of(event);
  return text;
}

}  // namespace shardlab::fakes::etcd
