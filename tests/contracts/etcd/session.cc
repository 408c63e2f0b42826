#include "tests/contracts/etcd/session.h"

#include <stdexcept>

namespace shardlab::fakes::etcd {
namespace {

constexpr Duration patience = 5s;
constexpr Duration moment = 150ms;

}  // namespace

Session::Session(Peer& peer) : peer_(peer), shift_(peer.begin() - 1), text_(shift_) {}

template <class Response, class Request>
std::string Session::call(const std::string& method, const Request& request) {
  const Answer answer = peer_.call(method, request.SerializeAsString());
  if (!answer.refusal.empty()) return answer.refusal;
  Response response;
  if (!response.ParseFromString(answer.reply)) return "undecodable reply";
  return text_.of(response);
}

std::string Session::run(const std::string& line) {
  Script script(line, shift_);
  const std::string& command = script.command();
  if (command == "put") return call<PutResponse>("Put", script.put());
  if (command == "get") return call<RangeResponse>("Range", script.get());
  if (command == "del") return call<DeleteRangeResponse>("DeleteRange", script.del());
  if (command == "txn") return call<TxnResponse>("Txn", script.txn());
  if (command == "compact") return call<CompactionResponse>("Compact", script.compact());
  if (command == "wait") {
    const auto notice = peer_.notice_period();
    peer_.pass(script.takes("notice") && notice ? *notice : std::chrono::seconds(script.number()));
    return "";
  }
  if (command == "leases") {
    return call<LeaseLeasesResponse>("LeaseLeases", LeaseLeasesRequest());
  }
  for (const char* name : {"grant", "keepalive", "revoke", "ttl"}) {
    if (command == name) return lease_command(script);
  }
  return watch_command(script);
}

std::string Session::lease_command(Script& script) {
  const std::int64_t id = script.number();
  if (script.command() == "grant") {
    LeaseGrantRequest request;
    request.set_id(id);
    request.set_ttl(script.number());
    return call<LeaseGrantResponse>("LeaseGrant", request);
  }
  if (script.command() == "keepalive") {
    LeaseKeepAliveRequest request;
    request.set_id(id);
    return call<LeaseKeepAliveResponse>("LeaseKeepAlive", request);
  }
  if (script.command() == "revoke") {
    LeaseRevokeRequest request;
    request.set_id(id);
    return call<LeaseRevokeResponse>("LeaseRevoke", request);
  }
  LeaseTimeToLiveRequest request;
  request.set_id(id);
  request.set_keys(script.takes("keys"));
  return call<LeaseTimeToLiveResponse>("LeaseTimeToLive", request);
}

std::string Session::watch_command(Script& script) {
  const std::string& command = script.command();
  WatchRequest request;
  if (command == "watch") return create_watch(script);
  if (command == "progress") {
    request.mutable_progress_request();
    peer_.send(request);
    return reply(-1);
  }
  if (command == "cancel") {
    request.mutable_cancel_request()->set_watch_id(script.number());
    peer_.send(request);
    return "";
  }
  if (command == "reply") return reply(script.number());
  if (command == "silent") {
    const auto response = take_reply(script.number(), moment);
    return response ? text_.of(*response) : "";
  }
  throw std::runtime_error("unknown command " + command);
}

std::string Session::create_watch(Script& script) {
  WatchRequest request;
  *request.mutable_create_request() = script.watch();
  peer_.send(request);
  // The answer has an id of the server's choice when it is refused or none was asked for.
  for (;;) {
    const auto response = peer_.next_reply(patience);
    if (!response) return "no reply";
    if (response->created()) return text_.of(*response);
    replies_[response->watch_id()].push_back(*response);
  }
}

std::optional<WatchResponse> Session::take_reply(std::int64_t watch, Duration patience) {
  auto& queue = replies_[watch];
  while (queue.empty()) {
    const auto response = peer_.next_reply(patience);
    if (!response) return std::nullopt;
    replies_[response->watch_id()].push_back(*response);
  }
  WatchResponse response = std::move(queue.front());
  queue.pop_front();
  return response;
}

std::string Session::reply(std::int64_t watch) {
  const auto response = take_reply(watch, patience);
  return response ? text_.of(*response) : "no reply";
}

std::vector<std::int64_t> Session::arrived() {
  while (const auto response = peer_.next_reply(Duration(0))) {
    replies_[response->watch_id()].push_back(*response);
  }
  std::vector<std::int64_t> watches;
  for (const auto& [watch, replies] : replies_)
    watches.insert(watches.end(), replies.size(), watch);
  return watches;
}

}  // namespace shardlab::fakes::etcd
