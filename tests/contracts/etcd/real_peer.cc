#include "tests/contracts/etcd/real_peer.h"

#include <deque>
#include <fmt/format.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <map>
#include <stdexcept>
#include <thread>

#include "fakes/etcd/key_range.h"

namespace shardlab::fakes::etcd {
namespace {

using Clock = std::chrono::system_clock;
constexpr auto call_patience = std::chrono::seconds(10);

/// The method's full name. Source: etcd 3.4 etcdserver/etcdserverpb/rpc.proto.
std::string path_of(const std::string& method) {
  const bool is_lease = method.starts_with("Lease");
  return "/etcdserverpb." + std::string(is_lease ? "Lease" : "KV") + "/" + method;
}

grpc::ByteBuffer buffer_of(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string bytes_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (buffer.Valid() && !buffer.Dump(&slices).ok()) throw std::runtime_error("unreadable reply");
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

std::string name_of(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INVALID_ARGUMENT: return "INVALID_ARGUMENT";
    case grpc::StatusCode::OUT_OF_RANGE: return "OUT_OF_RANGE";
    case grpc::StatusCode::NOT_FOUND: return "NOT_FOUND";
    case grpc::StatusCode::FAILED_PRECONDITION: return "FAILED_PRECONDITION";
    case grpc::StatusCode::UNKNOWN: return "UNKNOWN";
    default: return fmt::format("gRPC code {}", static_cast<int>(code));
  }
}

Answer answer_of(const grpc::Status& status, const grpc::ByteBuffer& reply) {
  Answer answer;
  if (status.ok()) {
    answer.reply = bytes_of(reply);
  } else {
    answer.refusal = name_of(status.error_code()) + ": " + status.error_message();
  }
  return answer;
}

grpc::ChannelArguments channel_arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return arguments;
}

/// A stream of both directions, with at most one read and one write on its way.
class Stream {
 public:
  Stream(grpc::GenericStub& stub, const std::string& path)
      : call_(stub.PrepareCall(&context_, path, &queue_)) {
    call_->StartCall(&start_tag_);
    wait_for(&start_tag_, Clock::now() + call_patience);
    call_->Read(&read_, &read_tag_);
  }

  ~Stream() {
    context_.TryCancel();
    queue_.Shutdown();
    void* tag = nullptr;
    bool is_good = false;
    while (queue_.Next(&tag, &is_good)) {
    }
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void write(const std::string& message) {
    call_->Write(buffer_of(message), &write_tag_);
    if (!wait_for(&write_tag_, Clock::now() + call_patience)) {
      throw std::runtime_error("the stream is broken");
    }
  }

  std::optional<std::string> read(Clock::time_point limit) {
    if (messages_.empty()) wait_for(&read_tag_, limit);
    if (messages_.empty()) return std::nullopt;
    std::string message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }

 private:
  /// False at the limit, or when the stream is broken.
  bool wait_for(void* wanted, Clock::time_point limit) {
    void* tag = nullptr;
    bool is_good = false;
    while (queue_.AsyncNext(&tag, &is_good, limit) == grpc::CompletionQueue::GOT_EVENT) {
      if (!is_good) return false;
      if (tag == &read_tag_) {
        messages_.push_back(bytes_of(read_));
        call_->Read(&read_, &read_tag_);
      }
      if (tag == wanted) return true;
    }
    return false;
  }

  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  grpc::ByteBuffer read_;
  std::deque<std::string> messages_;
  char start_tag_ = 0, write_tag_ = 0, read_tag_ = 0;
};

}  // namespace

class RealPeer::Connection {
 public:
  explicit Connection(const std::string& address)
      : stub(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                       channel_arguments())) {}

  Answer call(const std::string& path, const std::string& request) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(Clock::now() + call_patience);
    auto call = stub.PrepareUnaryCall(&context, path, buffer_of(request), &queue_);
    call->StartCall();
    grpc::ByteBuffer reply;
    grpc::Status status;
    call->Finish(&reply, &status, this);
    void* tag = nullptr;
    bool is_good = false;
    queue_.Next(&tag, &is_good);
    return answer_of(status, reply);
  }

  grpc::GenericStub stub;
  std::unique_ptr<Stream> watches;
  std::unique_ptr<Stream> keep_alives;

 private:
  grpc::CompletionQueue queue_;
};

RealPeer::RealPeer(const std::string& address)
    : connection_(std::make_unique<Connection>(address)) {}

RealPeer::~RealPeer() = default;

Answer RealPeer::call(const std::string& method, const std::string& request) {
  if (method != "LeaseKeepAlive") return connection_->call(path_of(method), request);
  auto& stream = connection_->keep_alives;
  if (!stream) stream = std::make_unique<Stream>(connection_->stub, path_of(method));
  stream->write(request);
  const auto reply = stream->read(Clock::now() + call_patience);
  Answer answer;
  if (reply) answer.reply = *reply;
  if (!reply) answer.refusal = "no reply";
  return answer;
}

std::int64_t RealPeer::begin() {
  connection_->watches.reset();
  LeaseLeasesResponse leases;
  leases.ParseFromString(call("LeaseLeases", "").reply);
  for (const LeaseStatus& lease : leases.leases()) {
    LeaseRevokeRequest revoke;
    revoke.set_id(lease.id());
    call("LeaseRevoke", revoke.SerializeAsString());
  }
  // A revision of its own, so that what the last session compacted lies before it.
  PutRequest mark;
  mark.set_key("mark");
  DeleteRangeRequest clear;
  clear.set_key(no_end);
  clear.set_range_end(no_end);
  const Answer marked = call("Put", mark.SerializeAsString());
  if (!marked.refusal.empty()) throw std::runtime_error("etcd: " + marked.refusal);
  DeleteRangeResponse cleared;
  cleared.ParseFromString(call("DeleteRange", clear.SerializeAsString()).reply);
  return cleared.header().revision();
}

void RealPeer::send(const WatchRequest& request) {
  auto& stream = connection_->watches;
  if (!stream) {
    stream = std::make_unique<Stream>(connection_->stub, "/etcdserverpb.Watch/Watch");
  }
  stream->write(request.SerializeAsString());
}

std::optional<WatchResponse> RealPeer::next_reply(Duration patience) {
  if (!connection_->watches) return std::nullopt;
  const auto limit = Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
  const auto message = connection_->watches->read(limit);
  if (!message) return std::nullopt;
  WatchResponse response;
  response.ParseFromString(*message);
  return response;
}

void RealPeer::pass(Duration time) { std::this_thread::sleep_for(time); }

}  // namespace shardlab::fakes::etcd
