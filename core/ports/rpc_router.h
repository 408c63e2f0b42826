#pragma once

#include <functional>
#include <map>

#include "core/ports/rpc.h"

namespace shardlab {

template <class Message>
Message decode(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) {
    throw Error(Errc::corrupt, "cannot decode a " + message.GetTypeName());
  }
  return message;
}

/// Calls a method that takes and gives protobuf messages. Throws like `Rpc::call`.
template <class Reply, class Request>
Task<Reply> call(Rpc& rpc, std::string address, std::string method, Request request,
                 Duration timeout) {
  std::string bytes = request.SerializeAsString();
  auto reply = co_await rpc.call(std::move(address), std::move(method), std::move(bytes), timeout);
  co_return decode<Reply>(reply);
}

/// The methods of one server, by name: `router.on<Request, Reply>("Tablet.Ping", function)`.
/// Handlers are functions or lambdas that call a member coroutine; they must outlive the router.
class RpcRouter final : public RpcHandler {
 public:
  template <class Request, class Reply>
  void on(std::string method, std::function<Task<Reply>(Request)> handler) {
    unary_[std::move(method)] = [handler = std::move(handler)](std::string bytes) {
      return answer<Request, Reply>(&handler, std::move(bytes));
    };
  }

  template <class Request>
  void on_stream(std::string method,
                 std::function<Task<>(Request, std::shared_ptr<RpcSink>)> handler) {
    streams_[std::move(method)] = [handler = std::move(handler)](std::string bytes,
                                                                 std::shared_ptr<RpcSink> sink) {
      return handler(decode<Request>(bytes), std::move(sink));
    };
  }

  Task<std::string> handle(std::string method, std::string request) override {
    auto found = unary_.find(method);
    if (found == unary_.end()) throw unknown(method);
    co_return co_await found->second(std::move(request));
  }

  Task<> handle_stream(std::string method, std::string request,
                       std::shared_ptr<RpcSink> sink) override {
    auto found = streams_.find(method);
    if (found == streams_.end()) throw unknown(method);
    co_await found->second(std::move(request), std::move(sink));
  }

 private:
  template <class Request, class Reply>
  static Task<std::string> answer(const std::function<Task<Reply>(Request)>* handler,
                                  std::string bytes) {
    auto reply = co_await (*handler)(decode<Request>(bytes));
    co_return reply.SerializeAsString();
  }

  static Error unknown(const std::string& method) {
    return Error(Errc::unsupported, "unknown method " + method);
  }

  std::map<std::string, std::function<Task<std::string>(std::string)>> unary_;
  std::map<std::string, std::function<Task<>(std::string, std::shared_ptr<RpcSink>)>> streams_;
};

}  // namespace shardlab
